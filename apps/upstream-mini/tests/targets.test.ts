import { describe, expect, it } from 'vitest';
import { principalComponents } from '../src/distil/principalComponents.ts';
import { distillationTargets } from '../src/distil/targets.ts';
import { tf } from './engine.ts';
import { fixture } from './fixture.ts';
import { noise } from './noise.ts';

interface TargetsFixture {
  count: number;
  width: number;
  components: number;
  neighbours: number;
  rounds: number;
  projected: number[][];
  smoothed: number[][];
}
const { count, width, components, neighbours, rounds, ...expected } = fixture('targets') as TargetsFixture;
const rows = {
  width,
  values: Float32Array.from(noise(count * width, 1), (value, index) => value * ((index % width) + 1)),
};

/** The sign of a component is arbitrary: each column is flipped to agree in its first row. */
function expectColumns(found: Float32Array, reference: number[][]): void {
  const scale = Math.max(...reference.flat().map(Math.abs));
  for (let column = 0; column < components; column += 1) {
    const sign = Math.sign(found[column]! * reference[0]![column]!);
    reference.forEach((row, index) => {
      expect(Math.abs(sign * found[index * components + column]! - row[column]!) / scale).toBeLessThan(1e-5);
    });
  }
}

describe('distillation targets', () => {
  it('start as the principal components that numpy finds', () => {
    expectColumns(principalComponents(tf, rows, components).values, expected.projected);
  });

  it('are averaged over neighbours as in numpy', async () => {
    const options = { components, neighbours, rounds };
    expectColumns((await distillationTargets(tf, rows, options)).values, expected.smoothed);
  });

  it('are unit vectors, with or without averaging', async () => {
    const { values } = await distillationTargets(tf, rows, { components, neighbours, rounds: 0 });
    for (let row = 0; row < count; row += 1) {
      expect(Math.hypot(...values.subarray(row * components, (row + 1) * components))).toBeCloseTo(1, 5);
    }
  });

  it('stop when they are interrupted', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(distillationTargets(tf, rows, { components, neighbours, rounds, signal })).rejects.toThrow(
      'stopped',
    );
  });
});
