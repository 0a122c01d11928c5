import type { GeneralGraph, GeneralNode } from './generalise.ts';
import type { OutputRef } from './recording.ts';

type OpNode = Extract<GeneralNode, { kind: 'op' }>;

/**
 * A cheap op that is recomputed for the backward pass, so that its result need not be kept: what to compute
 * from what.
 */
export interface Repeat {
  op: string;
  inputs: readonly OutputRef[];
  attributes: OpNode['attributes'];
  /** Ops between the repeated one and its use, in order, to be repeated after it. */
  then: readonly OpNode[];
}

/**
 * How to recompute the input of a kernel's gradient where that costs a single pass over memory: a group norm
 * with relu, padded or not. These inputs are half of what a backward pass reads.
 */
export function repeatFor(graph: GeneralGraph, ref: OutputRef): Repeat | undefined {
  const node = graph.nodes[ref.node];
  if (node?.kind !== 'op' || ref.output !== 0) return undefined;
  if (node.op === 'BitGroupNormRelu') {
    const statistics = [1, 2].map((output) => ({ node: ref.node, output }));
    return {
      op: 'BitGroupNormReluAgain',
      inputs: [...node.inputs, ...statistics],
      attributes: node.attributes,
      then: [],
    };
  }
  if (node.op !== 'Pad' && node.op !== 'PadV2') return undefined;
  const before = node.inputs[0] && repeatFor(graph, node.inputs[0]);
  return before && { ...before, then: [...before.then, node] };
}
