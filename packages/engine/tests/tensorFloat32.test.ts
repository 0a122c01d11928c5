import { describe, expect, it } from 'vitest';
import { requireProducts, type TensorFlow } from '../src/index.ts';
import { engineForTests } from '../testing/index.ts';
import { usesTensorFloat32 } from '../src/tensorFloat32.ts';

const { tf } = await engineForTests();

/** A TensorFlow that rounds factors from 1 to 2 to ten bits after the point, as GPUs with TF32 do. */
const rounding = Object.create(tf, {
  fill: {
    value: ((shape, value) => tf.fill(shape, Math.round(Number(value) * 1024) / 1024)) as TensorFlow['fill'],
  },
}) as TensorFlow;

describe('the products of TensorFlow', () => {
  it('are recognised as float32 on a processor, without leaking a tensor', () => {
    const before = tf.memory().numTensors;
    expect(usesTensorFloat32(tf)).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('are recognised as TF32 if factors are rounded', () => {
    expect(usesTensorFloat32(rounding)).toBe(true);
  });

  it.each([
    ['float32', tf, false],
    ['TF32', rounding, true],
  ])('are accepted in %s if requested', (_, tensorFlow, tensorFloat32) => {
    expect(() => {
      requireProducts(tensorFlow, { tensorFloat32 });
    }).not.toThrow();
  });

  it.each([
    ['in float32 if TF32 was requested', tf, true, 'multiply in TF32, found float32'],
    ['rounded if float32 was requested', rounding, false, 'in float32, but it rounds the factors'],
  ])('are rejected %s', (_, tensorFlow, tensorFloat32, message) => {
    expect(() => {
      requireProducts(tensorFlow, { tensorFloat32 });
    }).toThrow(message);
  });
});
