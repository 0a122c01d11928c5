import type { TrainingEvent } from '@bit-repro/trainer';

/** What a worker tells its launcher: how training goes, or how it ended. */
export type WorkerMessage = TrainingEvent | { kind: 'failed'; message: string; remedy?: string };
