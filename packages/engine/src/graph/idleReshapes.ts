import type { GeneralGraph, GeneralNode } from './generalise.ts';
import type { OutputRef, Recording } from './recording.ts';

/**
 * A graph without reshapes to the shape a tensor already has, which tfjs puts into the gradient of every sum:
 * ops read past them.
 * On GPUs TensorFlow would transpose before and after each, since it cannot know that the axes stay the same.
 *
 * @param recordings of the function at several batch sizes: a reshape is idle only if it is at all of them.
 */
export function skipIdleReshapes(graph: GeneralGraph, recordings: readonly Recording[]): GeneralGraph {
  const isIdle = (index: number): boolean => recordings.every((recording) => isIdleIn(recording, index));
  /** Per reshape node, the tensor it reshapes. */
  const sources = new Map<number, OutputRef>();
  const through = (ref: OutputRef): OutputRef => sources.get(ref.node) ?? ref;
  const nodes = graph.nodes.map((node, index): GeneralNode => {
    if (node.kind !== 'op') return node;
    const inputs = node.inputs.map(through);
    if (node.op === 'Reshape' && isIdle(index)) sources.set(index, inputs[0]!);
    return { ...node, inputs };
  });
  return { nodes, outputs: new Map([...graph.outputs].map(([name, ref]) => [name, through(ref)])) };
}

function isIdleIn({ nodes }: Recording, index: number): boolean {
  const node = nodes[index];
  if (node?.kind !== 'op') return false;
  const [{ node: source, output }] = node.inputs as [OutputRef, ...OutputRef[]];
  const before = nodes[source]?.outputs[output]?.shape;
  return before !== undefined && before.join() === node.outputs[0]?.shape.join();
}
