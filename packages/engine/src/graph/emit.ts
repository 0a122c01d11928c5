import { narrowOps } from './bfloat16.ts';
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

/** Where a traced graph takes its inputs, variables and batch size from. */
export interface EmitSources {
  inputs: ReadonlyMap<string, string>;
  variables: ReadonlyMap<string, string>;
  /** Name of a scalar int32 node holding the batch size; absent when no input has a batch. */
  batchSize?: string;
  /** Whether the ops of `narrowOps` run in bfloat16. */
  bfloat16: boolean;
}

/** Writes the nodes that the outputs of `graph` need, and returns the node names of its outputs. */
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

  const reference = ({ node, output }: OutputRef): string => outputOf(names.get(node) ?? '', output);

  /** Tensors in bfloat16. */
  const narrowed = new Set<string>();
  const casts = new Map<string, string>();
  const cast = (name: string, to: DataTypeNumber): string => {
    const from = narrowed.has(name) ? DataType.bfloat16 : DataType.float32;
    if (from === to) return name;
    const made =
      casts.get(name) ??
      emitter.node('Cast', [name], { SrcT: { type: from }, DstT: { type: to }, Truncate: { bool: false } });
    casts.set(name, made);
    return made;
  };
  const widened = (name: string): string => cast(name, DataType.float32);

  /** Adds an op, in bfloat16 where that is asked for and pays off; its inputs are cast to what it takes. */
  const emit = (
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
  ): string => {
    const narrow = sources.bfloat16 ? narrowOps.get(op) : undefined;
    if (!narrow?.where.every((position) => narrowed.has(inputs[position]!)))
      return emitter.node(op, inputs.map(widened), attributes);
    const given = inputs.map((name, position) =>
      narrow.inputs.includes(position) ? cast(name, DataType.bfloat16) : widened(name),
    );
    const name = emitter.node(op, given, { ...attributes, T: { type: DataType.bfloat16 } });
    for (const output of narrow.outputs) narrowed.add(outputOf(name, output));
    return name;
  };

  const attributesOf = ({ attributes }: Pick<OpNode, 'attributes'>): Record<string, AttributeValue> =>
    Object.fromEntries(attributes.map((attribute) => [attribute.name, convertAttribute(attribute, binding)]));

  const repeats = new Map<string, string>();
  /** The name of an input that is recomputed after `trigger`; nothing where it is better kept. */
  const repeated = (ref: OutputRef, trigger: string): string | undefined => {
    const original = reference(ref);
    const repeat = repeats.has(original) ? undefined : repeatFor(graph, ref);
    if (repeat !== undefined) {
      const first = [...repeat.inputs.map(reference), `^${trigger.replace(/:\d+$/, '')}`];
      const name = repeat.then.reduce(
        (before, node) => emit(node.op, [before, ...node.inputs.slice(1).map(reference)], attributesOf(node)),
        emit(repeat.op, first, attributesOf(repeat)),
      );
      repeats.set(original, name);
    }
    return repeats.get(original);
  };

  const emitOp = (node: OpNode): string => {
    const { op, inputs } = node;
    const names = inputs.map(reference);
    if (op === 'Conv2DBackpropFilter') names[0] = repeated(inputs[0]!, names[2]!) ?? names[0]!;
    return emit(op, names, attributesOf(node));
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
  return new Map([...graph.outputs].map(([name, ref]) => [name, widened(reference(ref))]));
}

/** The name of a node's output. */
const outputOf = (node: string, output: number): string => (output === 0 ? node : `${node}:${output}`);

/** The nodes that the outputs depend on, in execution order. */
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
