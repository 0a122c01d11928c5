import type { Weights } from '@bit-repro/model';
import { expect, it } from 'vitest';
import { teacherNetwork } from '../src/teacher/teacherNetwork.ts';
import { tf } from './engine.ts';
import { fixture } from './fixture.ts';
import { noise } from './noise.ts';

/** Relative to the largest feature; float32 against timm's float64. */
const tolerance = 1e-4;

interface TeacherFixture {
  shapes: Record<string, number[]>;
  features: number[][];
}
const reference = fixture('teacher') as TeacherFixture;

/** Generated weights with the names in the teacher's file, as in the fixture's script. */
const weights: Weights = new Map(
  Object.entries(reference.shapes).map(([name, shape], stream) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const spread = (value: number): number => {
      const centred = value - 0.5;
      if (shape.length === 4) return centred * Math.sqrt((12 * 2) / (count / shape[0]!));
      return /weight|running_var/.test(name) ? 1 + 0.5 * centred : 0.4 * centred;
    };
    return [name, { shape, data: Float32Array.from(noise(count, stream), spread) }];
  }),
);

it('the teacher computes the pooled features of timm’s EfficientNet-Lite0', () => {
  const images = Uint8Array.from(noise(2 * 32 * 32 * 3, 999), (value) => Math.floor(value * 256));
  const network = teacherNetwork(tf, { weights, px: 32 });
  const features = network.features(images);
  network.dispose();
  reference.features.forEach((expected, image) => {
    const scale = Math.max(...expected);
    expect(scale).toBeGreaterThan(0.01);
    const differences = expected.map((value, channel) => Math.abs(features[image * 1280 + channel]! - value));
    expect(Math.max(...differences) / scale).toBeLessThan(tolerance);
  });
});

it('the teacher reports a missing weight', () => {
  const fewer = new Map(weights);
  fewer.delete('_blocks.3._bn1.running_var');
  expect(() => teacherNetwork(tf, { weights: fewer, px: 32 })).toThrow('_blocks.3._bn1.running_var');
});
