import { describe, expect, it } from 'vitest';
import type { Gpu } from '@bit-repro/engine';
import { requirePrecision } from '@bit-repro/experiment';
import { runSpec } from '@bit-repro/runs/testing';

type Precision = Parameters<typeof requirePrecision>[0][number]['fineTune']['precision'];

const runs = (...precisions: Precision[]): Parameters<typeof requirePrecision>[0] =>
  precisions.map((precision) => ({ fineTune: { ...runSpec().fineTune, precision } }));

const gpu = (name: string, computeCapability?: number): Pick<Gpu, 'name' | 'computeCapability'> => ({
  name,
  ...(computeCapability !== undefined && { computeCapability }),
});
const [volta, ampere, hopper] = [gpu('Tesla V100', 7), gpu('NVIDIA A100', 8), gpu('NVIDIA H100', 9)];

describe('a precision', () => {
  it.each([
    ['float32 on a processor', runs('float32'), []],
    ['bfloat16 on a processor', runs('bfloat16'), []],
    ['float32 and bfloat16 on GPUs without TF32', runs('float32', 'bfloat16'), [volta]],
    ['TF32 on GPUs that have it', runs('tensorfloat32'), [ampere, hopper]],
  ])('may be %s', (_, planned, gpus) => {
    expect(() => {
      requirePrecision(planned, gpus);
    }).not.toThrow();
  });

  it.each([
    ['on a processor', [], 'found only the processor'],
    ['on a GPU older than Ampere', [volta], 'found Tesla V100 with 7.0'],
    ['if one of the GPUs is older than Ampere', [ampere, volta], 'found Tesla V100 with 7.0'],
    [
      "if the GPU's generation is unknown",
      [gpu('A GPU')],
      'found A GPU with a driver too old to report its own',
    ],
  ])('cannot be TF32 %s', (_, gpus, found) => {
    expect(() => {
      requirePrecision(runs('float32', 'tensorfloat32'), gpus);
    }).toThrow(
      `Expected GPUs of compute capability 8.0 or higher for \`precision: tensorfloat32\`, ${found}`,
    );
  });
});
