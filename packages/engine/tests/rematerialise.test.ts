import { describe, expect, it } from 'vitest';
import { entry, fusedOps, type Tensor, type Tensor4D } from '../src/index.ts';
import { engineForTests } from '../testing/index.ts';
import { buildProgram } from '../src/graph/buildProgram.ts';

const { tf } = await engineForTests();

const options = { groups: 32, epsilon: 1e-5 };

/** The ops in the graph of a kernel's gradient, where the convolution's input is a group norm. */
function opsOf(prepare: (normalised: Tensor4D) => Tensor4D): string[] {
  const shapes = new Map<string, number[]>([
    ['x', [1, 4, 4, 32]],
    ['kernel', [3, 3, 32, 8]],
    ['gamma', [32]],
    ['beta', [32]],
  ]);
  const train = entry({
    inputs: {},
    build: (_, read) => {
      const [y] = fusedOps(tf)!.groupNormRelu(read('x'), read('gamma'), read('beta'), options);
      const loss = (kernel: Tensor): Tensor =>
        tf.sum(tf.conv2d(prepare(y as Tensor4D), kernel as Tensor4D, 1, 'valid'));
      return { outputs: { gradient: tf.grad(loss)(read('kernel')) } };
    },
  });
  const { definitions } = buildProgram(tf, {
    variables: shapes,
    entries: { train },
    activations: 'float32',
  });
  const feeds = definitions.find(({ op }) => op === 'Conv2DBackpropFilter')!.inputs[0];
  const way: string[] = [];
  for (let name = feeds; name !== undefined;) {
    const node = definitions.find((one) => one.name === name)!;
    way.push(node.op);
    if (node.op.startsWith('BitGroupNorm')) break;
    name = node.inputs[0];
  }
  return way;
}

describe('the gradient of a kernel', () => {
  it('recomputes a preceding group norm instead of keeping its result', () => {
    expect(opsOf((y) => y)).toEqual(['BitGroupNormReluAgain']);
  });

  it('recomputes it through a padding as well', () => {
    const padding: [number, number][] = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ];
    const [first, second] = opsOf((y) => tf.pad(y, padding));
    expect(first).toMatch(/^Pad/);
    expect(second).toBe('BitGroupNormReluAgain');
  });

  it('keeps what costs more than one pass over memory', () => {
    expect(opsOf((y) => tf.exp(y))).not.toContain('BitGroupNormReluAgain');
  });
});
