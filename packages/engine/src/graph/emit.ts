import type { AffineIntegers, GeneralGraph, GeneralNode } from './generalise.ts';
import { convertAttribute, type AttributeValue, type NodeDefinition } from './messages.ts';
import type { NativeBinding } from './nativeBackend.ts';
import { DataType, type DataTypeNumber, type OutputRef } from './recording.ts';
import { repeatFor } from './rematerialise.ts';

/** Collects the nodes of a graph under unique names. */
export class GraphEmitter {
  readonly definitions: NodeDefinition[] = [];
  #counter = 0;

  /** Adds a node and returns its name. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    name = `${op}_${++this.#counter}`,
  ): string {
    this.definitions.push({ name, op, inputs, attributes });
    return name;
  }

  constant(dtype: number, shape: readonly number[], values: ArrayBufferView): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.node('Const', [], { dtype: { type: dtype }, value: { tensor: { dtype, shape, bytes } } });
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.constant(DataType.int32, shape, Int32Array.from(values));
  }
}

type OpNode = Extract<GeneralNode, { kind: 'op' }>;

/** The positions of the float32 inputs of ops that are computed in bfloat16 when a program asks for it. */
const convolutionInputs = new Map([
  ['Conv2D', [0, 1]],
  ['Conv2DBackpropInput', [1, 2]],
  ['Conv2DBackpropFilter', [0, 2]],
]);

/** Where a traced graph takes its inputs, variables and batch size from. */
export interface EmitSources {
  inputs: ReadonlyMap<string, string>;
  variables: ReadonlyMap<string, string>;
  /** Name of a scalar int32 node holding the batch size; absent when no input has a batch. */
  batchSize?: string;
  /** Whether convolutions are computed in bfloat16, from rounded inputs; all else, and every tensor kept, is float32. */
  bfloat16: boolean;
}

/**
 * Writes the nodes that `graph`'s outputs need (and those of `extra`) and returns the node names of its outputs.
 */
export function emitGraph(
  emitter: GraphEmitter,
  binding: NativeBinding,
  graph: GeneralGraph,
  sources: EmitSources,
): Map<string, string> {
  const names = new Map<number, string>();
  const affineNames = new Map<string, string>();

  const affine = ({ shape, offset, slope }: AffineIntegers): string => {
    const key = JSON.stringify([shape, offset, slope]);
    const known = affineNames.get(key);
    if (known !== undefined) return known;
    if (slope.every((growth) => growth === 0)) {
      const fixed = emitter.integers(offset, shape);
      affineNames.set(key, fixed);
      return fixed;
    }
    const type = { T: { type: DataType.int32 } };
    const grown = emitter.node('Mul', [emitter.integers(slope, shape), sources.batchSize ?? ''], type);
    const name = emitter.node('AddV2', [emitter.integers(offset, shape), grown], type);
    affineNames.set(key, name);
    return name;
  };

  const reference = ({ node, output }: OutputRef): string => {
    const name = names.get(node) ?? '';
    return output === 0 ? name : `${name}:${output}`;
  };

  const casts = new Map<string, string>();
  const cast = (name: string, to: DataTypeNumber): string => {
    const from = to === DataType.float32 ? DataType.bfloat16 : DataType.float32;
    const known = casts.get(name);
    if (known !== undefined) return known;
    const made = emitter.node('Cast', [name], {
      SrcT: { type: from },
      DstT: { type: to },
      Truncate: { bool: false },
    });
    casts.set(name, made);
    return made;
  };

  const attributesOf = ({ attributes }: Pick<OpNode, 'attributes'>): Record<string, AttributeValue> =>
    Object.fromEntries(attributes.map((attribute) => [attribute.name, convertAttribute(attribute, binding)]));

  const repeats = new Map<string, string>();
  /** The name of an input that is computed again after `trigger`; nothing where it is better kept. */
  const repeated = (ref: OutputRef, trigger: string): string | undefined => {
    const original = reference(ref);
    const repeat = repeats.has(original) ? undefined : repeatFor(graph, ref);
    if (repeat !== undefined) {
      const first = [...repeat.inputs.map(reference), `^${trigger.replace(/:\d+$/, '')}`];
      const name = repeat.then.reduce(
        (before, node) =>
          emitter.node(node.op, [before, ...node.inputs.slice(1).map(reference)], attributesOf(node)),
        emitter.node(repeat.op, first, attributesOf(repeat)),
      );
      repeats.set(original, name);
    }
    return repeats.get(original);
  };

  const emitOp = (node: OpNode): string => {
    const { op, inputs } = node;
    const names = inputs.map(reference);
    if (op === 'Conv2DBackpropFilter') names[0] = repeated(inputs[0]!, names[2]!) ?? names[0]!;
    const stated = attributesOf(node);
    const rounded = sources.bfloat16 ? convolutionInputs.get(op) : undefined;
    if (rounded === undefined) return emitter.node(op, names, stated);
    const given = names.map((name, position) =>
      rounded.includes(position) ? cast(name, DataType.bfloat16) : name,
    );
    return cast(emitter.node(op, given, { ...stated, T: { type: DataType.bfloat16 } }), DataType.float32);
  };

  const emitNode = (index: number): string => {
    const node = graph.nodes[index];
    switch (node?.kind) {
      case 'op':
        return emitOp(node);
      case 'constant':
        return emitter.constant(node.dtype, node.shape, node.values);
      case 'affine':
        return affine(node.integers);
      case 'fill':
        return emitter.node('Fill', [affine(node.dimensions), emitter.constant(node.dtype, [], node.value)], {
          T: { type: node.dtype },
          index_type: { type: DataType.int32 },
        });
      case 'input':
        return sources.inputs.get(node.name) ?? '';
      case 'variable':
        return sources.variables.get(node.name) ?? '';
      case undefined:
        throw new RangeError(`Expected a node ${index}, found ${graph.nodes.length} nodes`);
    }
  };

  for (const index of neededNodes(graph)) names.set(index, emitNode(index));
  return new Map([...graph.outputs].map(([name, ref]) => [name, reference(ref)]));
}

/** The nodes that the outputs depend on, in the order of execution. */
function neededNodes(graph: GeneralGraph): number[] {
  const needed = new Set<number>();
  const pending = [...graph.outputs.values()].map((ref) => ref.node);
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (needed.has(index)) continue;
    needed.add(index);
    const node = graph.nodes[index];
    if (node?.kind === 'op') pending.push(...node.inputs.map((ref) => ref.node));
  }
  return [...needed].sort((a, b) => a - b);
}
