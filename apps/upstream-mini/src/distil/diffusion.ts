import { setImmediate } from 'node:timers/promises';
import type { Tensor2D, TensorFlow } from '@bit-repro/engine';
import type { Rows } from './principalComponents.ts';

export interface DiffusionOptions {
  /** Number of nearest rows, by angle, that a row is averaged over, including itself. */
  neighbours: number;
  /** Number of repetitions. */
  rounds: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Rows compared with all others at once: [1000, 50000] of float32 are 200 MB. */
const rowsAtATime = 1000;

/**
 * Normalises rows to unit vectors, then replaces each by the mean direction of its nearest neighbours,
 * `rounds` times. The neighbours are found once, before the first round. Images that look alike to the
 * teacher come to share a target, which separates the classes without labels (manifold denoising, Hein and
 * Maier, 2006).
 */
export async function diffuse(
  tf: TensorFlow,
  { values, width }: Rows,
  { neighbours, rounds, onProgress, signal }: DiffusionOptions,
): Promise<Rows> {
  const count = values.length / width;
  let rows = tf.tidy(() => unit(tf, tf.tensor2d(values, [count, width])));
  if (rounds > 0) {
    const nearest = new Int32Array(count * neighbours);
    for (let first = 0; first < count; first += rowsAtATime) {
      const size = Math.min(rowsAtATime, count - first);
      const found = tf.tidy(() => {
        const cosines = tf.matMul(tf.slice(rows, [first, 0], [size, width]), rows, false, true);
        return tf.topk(cosines, neighbours).indices.dataSync();
      });
      nearest.set(found, first * neighbours);
      onProgress?.(first + size, count);
      await setImmediate();
      signal?.throwIfAborted();
    }
    for (let round = 0; round < rounds; round += 1) {
      const smoothed = tf.tidy(() => unit(tf, meanOf(tf, rows, nearest, neighbours)));
      rows.dispose();
      rows = smoothed;
    }
  }
  const result = rows.dataSync();
  rows.dispose();
  return { values: result as Float32Array, width };
}

/** For each row, the mean of its neighbours, minus the mean over all rows. */
function meanOf(tf: TensorFlow, rows: Tensor2D, nearest: Int32Array, neighbours: number): Tensor2D {
  const count = nearest.length / neighbours;
  let sum = tf.zerosLike(rows);
  for (let place = 0; place < neighbours; place += 1) {
    const indices = Int32Array.from({ length: count }, (_, row) => nearest[row * neighbours + place]!);
    const added = tf.tidy(() => tf.add<Tensor2D>(sum, tf.gather(rows, tf.tensor1d(indices, 'int32'))));
    sum.dispose();
    sum = added;
  }
  const mean = tf.div<Tensor2D>(sum, neighbours);
  return tf.sub(mean, tf.mean(mean, 0));
}

const unit = (tf: TensorFlow, rows: Tensor2D): Tensor2D =>
  tf.div(rows, tf.maximum(tf.norm(rows, 'euclidean', 1, true), 1e-12));
