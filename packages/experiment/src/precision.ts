import { InputError, OutsideError } from '@bit-repro/artifacts';
import { leastTensorFloat32Capability, type Gpu } from '@bit-repro/engine';
import type { FineTuneSpec } from '@bit-repro/trainer';

/** Whether a run in this precision needs GPUs that have TF32. */
export const needsTensorFloat32 = ({ precision }: Pick<FineTuneSpec, 'precision'>): boolean =>
  precision === 'tensorfloat32';

/** Whether GPUs of a compute capability have TF32. */
export const hasTensorFloat32 = (computeCapability: number): boolean =>
  computeCapability >= leastTensorFloat32Capability;

/** What `precision: tensorfloat32` needs, in words. */
export const tensorFloat32Demand = `GPUs of compute capability ${leastTensorFloat32Capability.toFixed(1)} or higher for \`precision: tensorfloat32\``;

/**
 * @param gpus all that may compute the runs; none where the processor does.
 * @throws InputError where a run asks for a precision that they do not have; OutsideError where that cannot be told.
 */
export function requirePrecision(
  runs: readonly Readonly<{ fineTune: Pick<FineTuneSpec, 'precision'> }>[],
  gpus: readonly Pick<Gpu, 'name' | 'computeCapability'>[],
): void {
  if (!runs.some(({ fineTune }) => needsTensorFloat32(fineTune))) return;
  if (gpus.length === 0) {
    throw new InputError(
      `Expected ${tensorFloat32Demand}, found that the processor computes`,
      'Write `precision: float32`, or run on an NVIDIA GPU of Ampere or later.',
    );
  }
  for (const { name, computeCapability } of gpus) {
    if (computeCapability === undefined) {
      throw new OutsideError(
        `Expected ${tensorFloat32Demand}, found ${name} with a driver too old to tell`,
        'Install a newer NVIDIA driver, or write `precision: float32`.',
      );
    }
    if (hasTensorFloat32(computeCapability)) continue;
    throw new InputError(
      `Expected ${tensorFloat32Demand}, found ${name} of ${computeCapability.toFixed(1)}`,
      'Write `precision: float32`, or keep to GPUs of Ampere or later: here by CUDA_VISIBLE_DEVICES, on a cluster by `slurm.constraint`.',
    );
  }
}
