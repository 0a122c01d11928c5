import type { DatasetImages } from '@bit-repro/data';
import type { Engine } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';
import type { FineTuneSpec, TrainingEvent } from './spec.ts';

export interface FineTuneInput {
  engine: Engine;
  spec: FineTuneSpec;
  /** Returns weights with a head of `spec.classes`. Not called if training resumes from a checkpoint. */
  loadWeights: () => Promise<Weights>;
  data: DatasetImages;
  onEvent: (event: TrainingEvent) => void;
  /** Whether to return the fine-tuned parameters, copied to host memory (0.84 GB for R50x3). */
  keepWeights?: boolean;
  /** Stops after the current micro-batch, with a checkpoint, by throwing the signal's reason. */
  signal?: AbortSignal;
  /**
   * Where to write checkpoints, and how many seconds apart. The last one is kept when the run has ended; once
   * the result is safe, it is removed by {@link removeState}. `requireHeld` may throw to prevent a
   * checkpoint.
   */
  checkpoints?: { folder: string; everySeconds: number; requireHeld?: () => void };
  /** Free memory of the device in bytes, for the batch split `auto`. */
  freeBytes?: number;
}
