import { InputError, OutsideError } from '@bit-repro/artifacts';
import { leastTensorFloat32Capability, type Gpu } from '@bit-repro/engine';
import type { FineTuneSpec } from '@bit-repro/trainer';

/** Whether a run in this precision needs GPUs with TF32. */
export const needsTensorFloat32 = ({ precision }: Pick<FineTuneSpec, 'precision'>): boolean =>
  precision === 'tensorfloat32';

/** Whether GPUs of a compute capability have TF32. */
export const hasTensorFloat32 = (computeCapability: number): boolean =>
  computeCapability >= leastTensorFloat32Capability;

/** The requirement of `precision: tensorfloat32`, in words. */
export const tensorFloat32Demand = `GPUs of compute capability ${leastTensorFloat32Capability.toFixed(1)} or higher for \`precision: tensorfloat32\``;

/**
 * @param gpus all GPUs that the runs may use; empty if they use the processor.
 * @throws InputError if the GPUs lack a run's precision; OutsideError if that is unknown.
 */
export function requirePrecision(
  runs: readonly Readonly<{ fineTune: Pick<FineTuneSpec, 'precision'> }>[],
  gpus: readonly Pick<Gpu, 'name' | 'computeCapability'>[],
): void {
  if (!runs.some(({ fineTune }) => needsTensorFloat32(fineTune))) return;
  if (gpus.length === 0) {
    throw new InputError(
      `Expected ${tensorFloat32Demand}, found only the processor`,
      'Write `precision: float32`, or run on an NVIDIA GPU of Ampere or later.',
    );
  }
  for (const { name, computeCapability } of gpus) {
    if (computeCapability === undefined) {
      throw new OutsideError(
        `Expected ${tensorFloat32Demand}, found ${name} with a driver too old to report its own`,
        'Install a newer NVIDIA driver, or write `precision: float32`.',
      );
    }
    if (hasTensorFloat32(computeCapability)) continue;
    throw new InputError(
      `Expected ${tensorFloat32Demand}, found ${name} with ${computeCapability.toFixed(1)}`,
      'Write `precision: float32`, or use only GPUs of Ampere or later: on this machine with CUDA_VISIBLE_DEVICES, on a cluster with `slurm.constraint`.',
    );
  }
}
