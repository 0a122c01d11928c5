import { InputError, counted } from '@bit-repro/artifacts';
import type { Flavour } from '@bit-repro/engine';
import type { Profile } from '@bit-repro/experiment';
import type { ClusterProfile } from '@bit-repro/launch';
import { deviceName } from '@bit-repro/runs';
import { asksForGpu, defaultMaxQueued, deviceFor, type SlurmOptions } from './slurmOptions.ts';

const defaultComputeCapability = 8;

/**
 * The nodes that a config asks for. Their GPUs are assumed to have only as much memory as the profile
 * requires.
 */
export function clusterProfile(
  options: SlurmOptions,
  { minGpuMemoryBytes = Infinity }: Pick<Profile, 'minGpuMemoryBytes'>,
): ClusterProfile {
  const {
    computeCapability = defaultComputeCapability,
    cpusPerTask = 1,
    maxParallel,
    maxQueued = defaultMaxQueued,
  } = options;
  const flavour: Flavour = asksForGpu(options) ? 'cuda' : 'cpu';
  return {
    engine: flavour === 'cuda' ? { flavour, computeCapability } : { flavour },
    gpus: flavour === 'cuda' ? [{ name: options.device ?? 'GPUs of the cluster', computeCapability }] : [],
    deviceOf: (architecture) => {
      const device = deviceFor(options, architecture);
      if (device !== undefined) return device;
      if (flavour === 'cpu') return deviceName(undefined);
      throw new InputError(
        '`slurm.gres` asks for GPUs, but `slurm.device` does not name them',
        'Set it to the name that `npx harness doctor` prints on one of the nodes: it is part of every run’s key.',
      );
    },
    placement: { slots: [], ...(flavour === 'cpu' && { threads: cpusPerTask }) },
    resources: {
      cores: cpusPerTask,
      workers: maxParallel ?? maxQueued,
      freeBytes: flavour === 'cuda' ? minGpuMemoryBytes : Infinity,
    },
    parallelism:
      maxParallel === undefined
        ? 'as many jobs at a time as Slurm starts'
        : `at most ${counted(maxParallel, 'job')} at a time, by Slurm`,
  };
}
