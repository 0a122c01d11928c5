import { availableParallelism, totalmem } from 'node:os';
import type { Flavour, Gpu } from '@bit-repro/engine';
import { architectureNamed } from '@bit-repro/model';
import type { DatasetBrief, DatasetRecord } from '@bit-repro/data';
import { imageMemory, trainingBytes, type FineTuneSpec } from '@bit-repro/trainer';
import { largest } from '@bit-repro/artifacts';
import type { Resources } from './forecast.ts';

/** With fewer threads, a worker is slower than its share of the processor. */
const leastThreads = 4;
/** Images per micro-batch for which memory is reserved if the worker picks its own batch split. */
const imagesOfAutomaticSplit = 32;

/** The part of a planned run that its memory depends on. */
type Planned = Readonly<{ fineTune: Readonly<FineTuneSpec>; dataset: DatasetBrief | DatasetRecord }>;

/** A place for a worker to run: a GPU of its own, or a share of the processor. */
export interface Slot {
  /** The same each time on this machine. */
  name: string;
  gpu?: Gpu;
}

/** The slots that this machine has for the runs of a plan. */
export interface Placement {
  slots: Slot[];
  /** Processor threads per worker; undefined if runs use GPUs. */
  threads?: number;
}

/**
 * One slot per GPU; on the processor, as many slots as its cores and memory allow, with the threads divided
 * among them. This depends on the machine and on the largest run of the plan, not on the number of runs: the
 * number of threads is part of a run's key.
 */
export function placementOf(
  flavour: Flavour,
  gpus: readonly Gpu[],
  planned: readonly Planned[],
  machine = thisMachine(),
): Placement {
  if (flavour === 'cuda') return { slots: gpus.map((gpu) => ({ name: `gpu-${gpu.uuid}`, gpu })) };
  const { cores, memoryBytes } = machine;
  const need = largest(planned.map(memoryOf));
  const workers = Math.max(1, Math.floor(Math.min(cores / leastThreads, (0.8 * memoryBytes) / need)));
  return {
    slots: Array.from({ length: workers }, (_, index) => ({ name: `processor-${index}` })),
    threads: Math.max(1, Math.floor(cores / workers)),
  };
}

function memoryOf(planned: Planned): number {
  const { fineTune } = planned;
  const { architecture, batch, batchSplit } = fineTune;
  const microBatch = batchSplit === 'auto' ? Math.min(batch, imagesOfAutomaticSplit) : batch / batchSplit;
  const training = trainingBytes(architectureNamed(architecture), fineTune, microBatch);
  return training + imageMemory(planned).total;
}

function thisMachine(): { cores: number; memoryBytes: number } {
  const granted = process.constrainedMemory();
  const memoryBytes = granted > 0 ? Math.min(granted, totalmem()) : totalmem();
  return { cores: availableParallelism(), memoryBytes };
}

/** Resources of one run on this machine: of the GPU if the engine uses one, otherwise of the processor. */
export const resourcesOf = (
  flavour: Flavour,
  gpus: readonly Gpu[],
  { slots, threads }: Placement,
): Resources => ({
  cores: threads ?? availableParallelism(),
  workers: slots.length,
  freeBytes:
    flavour === 'cuda'
      ? Math.min(...gpus.map(({ memoryBytes = process.availableMemory() }) => memoryBytes))
      : process.availableMemory() / slots.length,
});
