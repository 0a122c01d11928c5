import { cpus } from 'node:os';
import type { Flavour, Gpu } from '@bit-repro/engine';
import type { Resources } from './forecast.ts';

/** What a run on this machine can have: of the GPUs where the engine uses them, else of the processor. */
export const resourcesOf = (flavour: Flavour, gpus: readonly Gpu[]): Resources => ({
  cores: cpus().length,
  freeBytes:
    flavour === 'cuda' ? Math.min(...gpus.map(({ memoryBytes }) => memoryBytes)) : process.availableMemory(),
});
