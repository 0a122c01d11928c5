import type { GeneralGraph, GeneralNode } from './generalise.ts';
import type { OutputRef, Recording } from './recording.ts';

/**
 * A graph whose ops read through reshapes to the shape that a tensor has already, which tfjs puts into the gradient of every sum. On
 * GPUs TensorFlow would transpose before and after each, since it cannot tell that the axes stay what they are.
 *
 * @param recordings of the function at several batch sizes: a reshape is idle only where it is at all of them.
 */
export function skipIdleReshapes(graph: GeneralGraph, recordings: readonly Recording[]): GeneralGraph {
  const isIdle = (index: number): boolean => recordings.every((recording) => isIdleIn(recording, index));
  /** By the node of a reshape, what it is of. */
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
