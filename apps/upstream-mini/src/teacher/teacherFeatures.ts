import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  cacheRoot as defaultCacheRoot,
  digestFile,
  publishFolder,
  type OnProgress,
} from '@bit-repro/artifacts';
import { datasets, imageBytes, type DatasetImages, type HeldImages } from '@bit-repro/data';
import type { Engine } from '@bit-repro/engine';
import { teacherFeatures as width } from './efficientNetLite0.ts';
import { fetchTeacher } from './fetchTeacher.ts';
import { teacher } from '@bit-repro/stand-in';
import { teacherNetwork } from './teacherNetwork.ts';

export interface FeaturesOptions {
  engine: Engine;
  data: DatasetImages<HeldImages>;
  /** Size in pixels that images are resized to. */
  px: number;
  cacheRoot?: string;
  onProgress?: OnProgress;
  /** Stops after the current batch by throwing the signal's reason. Nothing is kept. */
  signal?: AbortSignal;
}

/** The teacher's features of the training images. */
export interface Features {
  /** [images, 1280], row-major, in the order of the data set. */
  values: Float32Array;
  width: number;
  /** SHA-256 of the cached file. */
  sha256: string;
}

/** Images per batch. */
const batchSize = 100;
/** Version of the computation of features; to be increased when that changes. */
const version = 1;
const fileName = 'features.bin';

/**
 * The teacher's pooled features of CIFAR-10's training images; labels are not used. They are computed once
 * (256 MB) and cached by the digests of the teacher and the data and by the image size.
 *
 * @throws OutsideError if the teacher cannot be fetched or is not the expected one, or the cache cannot be
 * written.
 */
export async function teacherFeatures(options: FeaturesOptions): Promise<Features> {
  const { px, cacheRoot = defaultCacheRoot(), signal } = options;
  const identity = JSON.stringify({ version, teacher: teacher.sha256, data: datasets.cifar10.sha1, px });
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const folder = join(cacheRoot, 'teacher', `features-${key}`);
  await publishFolder(
    folder,
    (staging, stopped) => fill(join(staging, fileName), { ...options, signal: stopped }),
    { signal },
  );
  const file = join(folder, fileName);
  const bytes = await readFile(file);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return { values, width, sha256: await digestFile(file, 'sha256') };
}

async function fill(file: string, options: FeaturesOptions): Promise<void> {
  const { engine, data, px, cacheRoot, onProgress, signal } = options;
  const network = teacherNetwork(engine.tf, { weights: await fetchTeacher(cacheRoot, signal), px });
  const { pixels, count } = data.train;
  const output = await open(file, 'wx');
  try {
    for (let first = 0; first < count; first += batchSize) {
      const end = Math.min(first + batchSize, count);
      const features = network.features(pixels.subarray(first * imageBytes, end * imageBytes));
      await output.writeFile(new Uint8Array(features.buffer, features.byteOffset, features.byteLength));
      onProgress?.({ label: 'teacher features', done: end, total: count, unit: 'items' });
      await setImmediate();
      signal?.throwIfAborted();
    }
  } finally {
    await output.close();
    network.dispose();
  }
}
