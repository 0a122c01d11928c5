import type { ImageSet } from '@bit-repro/data';
import type { Engine } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';
import type { FineTuneSpec, TrainingEvent } from './spec.ts';

export interface FineTuneInput {
  engine: Engine;
  spec: FineTuneSpec;
  /** Gives weights with a head of `spec.classes`; not called when training goes on from a checkpoint. */
  loadWeights: () => Promise<Weights>;
  data: { train: ImageSet; test: ImageSet };
  onEvent: (event: TrainingEvent) => void;
  /** Whether the result holds the fine-tuned parameters, copied to host memory (0.84 GB for R50x3). */
  keepWeights?: boolean;
  /** Ends the run after the micro-batch in hand, with a checkpoint, by throwing the signal's reason. */
  signal?: AbortSignal;
  /**
   * Where checkpoints are kept, and how many seconds apart. The last one stays when the run has ended: it is of use until the
   * result is safe, and is then removed by {@link removeState}. `requireHeld` may throw to keep one from being written.
   */
  checkpoints?: { folder: string; everySeconds: number; requireHeld?: () => void };
  /** Free memory of the device in bytes, for the batch split `auto`. */
  freeBytes?: number;
}
