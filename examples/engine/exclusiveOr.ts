import { batch, compile, entry, type TensorFlow } from '@bit-repro/engine';

/** Teaches exclusive or to a layer of eight units, and returns what it answers to 00, 01, 10 and 11. */
export function exclusiveOr(tf: TensorFlow, steps: number): number[] {
  const x = { shape: [batch, 3], dtype: 'float32' } as const; // the third is always 1
  const program = compile(tf, {
    variables: new Map([
      ['hidden', [3, 8]],
      ['out', [8, 1]],
    ]),
    entries: {
      step: entry({
        inputs: { x, y: { shape: [batch, 1], dtype: 'float32' } },
        build: ({ x, y }, read) => {
          const loss = (hidden: typeof x, out: typeof x) =>
            tf
              .matMul(tf.relu(tf.matMul(x, hidden)), out)
              .sub(y)
              .square()
              .sum()
              .asScalar();
          const { value, grads } = tf.valueAndGrads(loss)([read('hidden'), read('out')]);
          const [hidden, out] = grads.map((grad) => grad.mul(tf.scalar(-0.05)));
          return {
            outputs: { loss: value },
            add: new Map([
              ['hidden', hidden!],
              ['out', out!],
            ]),
          };
        },
      }),
      answer: entry({
        inputs: { x },
        build: ({ x }, read) => ({
          outputs: { y: tf.matMul(tf.relu(tf.matMul(x, read('hidden'))), read('out')) },
        }),
      }),
    },
  });
  const spread = (count: number) =>
    Float32Array.from({ length: count }, (_, index) => 0.7 * Math.sin(5 * index + 1));
  program.write(
    new Map([
      ['hidden', spread(24)],
      ['out', spread(8)],
    ]),
  );
  const inputs = Float32Array.of(0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1);
  for (let step = 0; step < steps; step += 1)
    program.run('step', { x: inputs, y: Float32Array.of(0, 1, 1, 0) });
  const { y } = program.run('answer', { x: inputs });
  program.dispose();
  return [...y];
}
