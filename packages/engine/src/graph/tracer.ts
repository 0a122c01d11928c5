import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../tensorflow.ts';
import { nativeBackend, type NativeBinding, type TensorMetadata } from './nativeBackend.ts';
import {
  DataType,
  type ConstantValues,
  type OpAttribute,
  type OutputRef,
  type RecordedNode,
  type Recording,
  type TensorSpec,
} from './recording.ts';
import { inferOutputs } from './shapeRules.ts';

/**
 * Ids created during a trace start here, far above those of real tensors, so that the two cannot be confused.
 */
const firstTracedId = 1 << 30;

export interface TraceSources {
  inputs: ReadonlyMap<string, TensorSpec>;
  variables: ReadonlyMap<string, TensorSpec>;
}

export interface TracedArguments {
  inputs: ReadonlyMap<string, Tensor>;
  variables: ReadonlyMap<string, Tensor>;
}

/**
 * Runs `build` on tensors that have a shape but no values, and records every op it requests from TensorFlow.
 * Nothing is executed: while `build` runs, a recorder that answers from the shape rules replaces the native
 * binding.
 *
 * @throws Error when `build` reads values, uses an op without a shape rule, or captures a tensor from
 * outside.
 */
export function trace(
  tf: TensorFlow,
  sources: TraceSources,
  build: (traced: TracedArguments) => ReadonlyMap<string, Tensor>,
): Recording {
  const backend = nativeBackend(tf);
  const real = backend.binding;
  const recorder = new Recorder(real.TF_ATTR_TYPE);
  backend.binding = recorder.standInFor(real);
  try {
    const outputs = new Map<string, OutputRef>();
    tf.tidy(() => {
      const place = (
        kind: 'input' | 'variable',
        specs: ReadonlyMap<string, TensorSpec>,
      ): Map<string, Tensor> =>
        new Map(
          [...specs].map(([name, spec]) => [
            name,
            backend.createOutputTensor(recorder.add({ kind, name, outputs: [spec] })[0]!),
          ]),
        );
      const results = build({
        inputs: place('input', sources.inputs),
        variables: place('variable', sources.variables),
      });
      for (const [name, tensor] of results) {
        const [id] = backend.getInputTensorIds([tensor]);
        outputs.set(name, recorder.resolve(id ?? -1, `the output \`${name}\``));
      }
    });
    recorder.expectNothingCaptured();
    return { nodes: recorder.nodes, outputs };
  } finally {
    backend.binding = real;
  }
}

class Recorder {
  readonly nodes: RecordedNode[] = [];
  readonly #refs: OutputRef[] = [];
  readonly #alive = new Set<number>();
  readonly #typeAttribute: number;

  constructor(typeAttribute: number) {
    this.#typeAttribute = typeAttribute;
  }

  /** Appends a node and creates an id for each of its outputs. */
  add(node: RecordedNode): TensorMetadata[] {
    const index = this.nodes.push(node) - 1;
    return node.outputs.map(({ shape, dtype }, output) => {
      const id = firstTracedId + this.#refs.push({ node: index, output }) - 1;
      this.#alive.add(id);
      return { id, shape: [...shape], dtype };
    });
  }

  resolve(id: number, where: string): OutputRef {
    const ref = this.#refs[id - firstTracedId];
    if (ref === undefined) {
      throw new Error(
        `Expected only tensors made inside the traced function, found one from outside in ${where}. Pass it as an input or a variable of the program, or make the constant inside the function.`,
      );
    }
    return ref;
  }

  /**
   * Outside tensors whose values were uploaded during the trace would keep an id that is meaningless
   * afterwards.
   */
  expectNothingCaptured(): void {
    if (this.#alive.size > 0) {
      throw new Error(
        `Expected the traced function to use its arguments alone, found ${this.#alive.size} tensor(s) that outlive it. Do not use tensors made outside the function, and do not keep (tf.keep) tensors made inside.`,
      );
    }
  }

  /** An object with the constants of the real binding, whose operations record instead of executing. */
  standInFor(real: NativeBinding): NativeBinding {
    const refuse = (call: string) => (): never => {
      throw new Error(
        `Expected a function of tensors alone, found a call that reads values (${call}). Tensors have no values while a function is traced: remove data(), dataSync(), array(), print() and tf.gather from it, and JavaScript that depends on tensor values.`,
      );
    };
    const operations: Partial<NativeBinding> = {
      createTensor: (shape, dtype, values) => this.#constant(shape, dtype, values),
      executeOp: (op, attributes, inputIds) => this.#op(op, attributes, inputIds),
      deleteTensor: (id) => void this.#alive.delete(id),
      tensorDataSync: refuse('dataSync'),
      runSavedModel: refuse('runSavedModel'),
      loadSavedModel: refuse('loadSavedModel'),
    };
    const descriptors = Object.entries(operations).map(([name, value]) => [name, { value }] as const);
    return Object.create(real, Object.fromEntries(descriptors)) as NativeBinding;
  }

  #constant(shape: readonly number[], dtype: number, values: ArrayBufferView): number {
    const [made] = this.add({
      kind: 'constant',
      values: (values as ConstantValues).slice(),
      outputs: [{ shape: [...shape], dtype }],
    });
    return made!.id;
  }

  /** tfjs-node lets eager execution infer these; a graph must state them. */
  #impliedAttributes(op: string, inputs: readonly TensorSpec[]): OpAttribute[] {
    if (op !== 'ExpandDims') return [];
    const type = (name: string, value: number | undefined): OpAttribute => ({
      name,
      type: this.#typeAttribute,
      value,
    });
    return [type('T', inputs[0]?.dtype), type('Tdim', inputs[1]?.dtype)];
  }

  #op(op: string, attributes: OpAttribute[], inputIds: number[]): TensorMetadata[] {
    const inputs = inputIds.map((id) => this.resolve(id, `an input of \`${op}\``));
    const specs = inputs.map(({ node, output }) => {
      const source = this.nodes[node]!;
      const spec = source.outputs[output]!;
      return source.kind === 'constant' && spec.dtype === DataType.int32
        ? { ...spec, values: source.values }
        : spec;
    });
    const stated = attributes.length > 0 ? attributes : this.#impliedAttributes(op, specs);
    return this.add({ kind: 'op', op, attributes: stated, inputs, outputs: inferOutputs(op, specs, stated) });
  }
}
