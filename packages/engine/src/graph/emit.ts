import type { AffineIntegers, GeneralGraph } from './generalise.ts';
import { convertAttribute, type AttributeValue, type NodeDefinition } from './messages.ts';
import type { NativeBinding } from './nativeBackend.ts';
import { DataType, type OutputRef } from './recording.ts';

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

/** Where a traced graph takes its inputs, variables and batch size from. */
export interface EmitSources {
  inputs: ReadonlyMap<string, string>;
  variables: ReadonlyMap<string, string>;
  /** Name of a scalar int32 node holding the batch size; absent when no input has a batch. */
  batchSize?: string;
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

  const emitNode = (index: number): string => {
    const node = graph.nodes[index];
    switch (node?.kind) {
      case 'op':
        return emitter.node(
          node.op,
          node.inputs.map(reference),
          Object.fromEntries(
            node.attributes.map((attribute) => [attribute.name, convertAttribute(attribute, binding)]),
          ),
        );
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
