import { InputError } from '@bit-repro/artifacts';
import type { Flavour, Gpu } from '@bit-repro/engine';
import { asksForGpu, deviceFor, defaultMaxQueued, type Profile, type SlurmOptions } from '../config/index.ts';
import type { Resources } from '../forecast/forecast.ts';
import { deviceName } from '../provenance/host.ts';
import type { Placement } from '../forecast/resources.ts';

/** What is known of the nodes that runs are for, from the machine that submits them. */
export interface Site {
  /** Which TensorFlow they run. */
  engine: { flavour: 'cpu' } | { flavour: 'cuda'; computeCapability: number };
  /** Those of the nodes; none where their processors compute. */
  gpus: readonly Pick<Gpu, 'name' | 'computeCapability'>[];
  /** Of the nodes that runs of an architecture go to. @throws InputError when a GPU is asked for and not named. */
  deviceOf: (architecture: string) => string;
  placement: Placement;
  resources: Resources;
  /** Jobs that run at a time; absent where Slurm alone decides. */
  maxParallel?: number;
}

const defaultComputeCapability = 8;

/** The nodes that a config asks for; of their GPUs no more memory is counted on than its profile needs. */
export function siteOf(
  options: SlurmOptions,
  { minGpuMemoryBytes = Infinity }: Pick<Profile, 'minGpuMemoryBytes'>,
): Site {
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
        'Expected `slurm.device` beside `slurm.gres`, found none',
        'Name the GPU of the nodes as `npx harness doctor` on one of them does: it is part of every run’s key.',
      );
    },
    placement: { slots: [], ...(flavour === 'cpu' && { threads: cpusPerTask }) },
    resources: {
      cores: cpusPerTask,
      workers: maxParallel ?? maxQueued,
      freeBytes: flavour === 'cuda' ? minGpuMemoryBytes : Infinity,
    },
    ...(maxParallel !== undefined && { maxParallel }),
  };
}
