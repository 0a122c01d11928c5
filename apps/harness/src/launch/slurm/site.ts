import type { Flavour } from '@bit-repro/engine';
import { asksForGpu, type SlurmOptions } from '../../config/index.ts';
import { HarnessError } from '../../errors.ts';
import type { Resources } from '../../forecast/forecast.ts';
import type { Placement } from '../../forecast/resources.ts';
import { defaultMaxParallel } from './slurmLauncher.ts';

/** What is known of the nodes that runs are for, from the machine that submits them. */
export interface Site {
  flavour: Flavour;
  /** Absent where it is taken for that of this machine. */
  device?: string;
  placement: Placement;
  resources: Resources;
  maxParallel: number;
}

/** @throws HarnessError when a GPU is asked for and not named. */
export function siteOf(options: SlurmOptions): Site {
  const { device, cpusPerTask = 1, maxParallel = defaultMaxParallel } = options;
  const flavour = asksForGpu(options) ? 'cuda' : 'cpu';
  if (flavour === 'cuda' && device === undefined) {
    throw new HarnessError(
      'Expected `slurm.device` beside `slurm.gres`, found none',
      'Name the GPU of the nodes as `npx harness doctor` on one of them does: it is part of every run’s key.',
    );
  }
  return {
    flavour,
    ...(device !== undefined && { device }),
    placement: { slots: [], ...(flavour === 'cpu' && { threads: cpusPerTask }) },
    resources: { cores: cpusPerTask, workers: maxParallel, freeBytes: Number.MAX_SAFE_INTEGER },
    maxParallel,
  };
}
