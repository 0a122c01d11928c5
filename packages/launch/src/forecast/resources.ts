import { availableParallelism, totalmem } from 'node:os';
import type { Flavour, Gpu } from '@bit-repro/engine';
import { architectureNamed } from '@bit-repro/model';
import { trainingBytes, type FineTuneSpec } from '@bit-repro/trainer';
import { largest } from '@bit-repro/artifacts';
import type { Resources } from './forecast.ts';

/** Fewer threads than these make a worker slower than its share of the processor would. */
const leastThreads = 4;
/** Images whose memory a worker is granted where it finds its batch split by itself. */
const imagesOfAutomaticSplit = 32;

/** Of a planned run what its memory depends on. */
type Planned = Readonly<{ fineTune: Readonly<FineTuneSpec> }>;

/** Where a worker can run: on a GPU of its own, or on a share of the processor. */
export interface Slot {
  /** Stable on this machine. */
  name: string;
  gpu?: Gpu;
}

/** Where the runs of a plan go on this machine. */
export interface Placement {
  slots: Slot[];
  /** Of the processor, for each worker; absent where GPUs compute. */
  threads?: number;
}

/**
 * One worker per GPU; on the processor as many as its cores and memory allow, with the threads divided among them. It
 * depends on the machine and on what the plan's largest run needs, not on how much there is to do: the number of threads is
 * part of a run's key.
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

function memoryOf({ fineTune }: Planned): number {
  const { architecture, batch, batchSplit } = fineTune;
  const microBatch = batchSplit === 'auto' ? Math.min(batch, imagesOfAutomaticSplit) : batch / batchSplit;
  return trainingBytes(architectureNamed(architecture), fineTune, microBatch);
}

function thisMachine(): { cores: number; memoryBytes: number } {
  const granted = process.constrainedMemory();
  const memoryBytes = granted > 0 ? Math.min(granted, totalmem()) : totalmem();
  return { cores: availableParallelism(), memoryBytes };
}

/** What a run on this machine can have: of the GPUs where the engine uses them, else of the processor. */
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
