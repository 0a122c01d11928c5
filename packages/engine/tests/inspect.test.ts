import { describe, expect, it } from 'vitest';
import { batch, entry, inspectProgram, type Tensor } from '../src/index.ts';
import { engineForTests } from '../testing/index.ts';

const { tf } = await engineForTests();

/** How many ops of each kind the graph of a function of a batch of pairs has. */
function opsOf(build: (x: Tensor) => Tensor): Record<string, number> {
  const pairs = { shape: [batch, 2], dtype: 'float32' } as const;
  const run = entry({ inputs: { x: pairs }, build: ({ x }) => ({ outputs: { y: build(x) } }) });
  const { entries } = inspectProgram(tf, { variables: new Map(), entries: { run } });
  return Object.fromEntries(entries.run.ops);
}

describe('a graph', () => {
  it('is counted only as far as a run needs it', () => {
    const ops = opsOf((x) => {
      tf.exp(x);
      return tf.add(tf.square(tf.square(x)), x);
    });
    expect(ops).toMatchObject({ Placeholder: 1, Square: 2, Add: 1 });
    expect(ops).not.toHaveProperty('Exp');
  });

  it('has no reshape to the shape a tensor already has, as in the gradient of a sum', () => {
    expect(opsOf((x) => tf.grad((a: Tensor) => tf.add(tf.square(a), a))(x))).not.toHaveProperty('Reshape');
    expect(opsOf((x) => tf.square(tf.reshape(tf.reshape(x, [-1, 2]), [-1, 2])))).not.toHaveProperty(
      'Reshape',
    );
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ['to another shape', (x) => tf.square(tf.reshape(x, [-1]))],
    ['that only a batch of two would not need', (x) => tf.square(tf.reshape(x, [2, x.shape[0]]))],
  ])('keeps a reshape %s', (_, build) => {
    expect(opsOf(build)).toMatchObject({ Reshape: 1, Square: 1 });
  });
});
