import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { downloadFile, type OnProgress } from '@bit-repro/artifacts';
import { EngineError } from '../errors.ts';
import type { Release } from './releases.ts';

/** The release that tfjs-node's own install script fetches. */
export const cdnTensorflow = '2.9.1';
const base = 'https://storage.googleapis.com/tensorflow/libtensorflow';
const systems: Readonly<Record<string, string>> = {
  'linux-x64': 'cpu-linux-x86_64',
  'darwin-x64': 'cpu-darwin-x86_64',
};

/**
 * Unpacks the official libtensorflow archive into `folder/tensorflow`. No digest of it is published; it is checked
 * against the md5 that its server announces, and the SHA-256 of the libraries is recorded with the installation.
 *
 * Deviation: only the flavour cpu. The archive for GPUs needs CUDA 11.2 and cuDNN 8.1 installed on the system.
 */
export async function fetchFromCdn(
  release: Release,
  folder: string,
  archiveFile: string,
  onProgress?: OnProgress,
  baseUrl = base,
): Promise<void> {
  const system = systems[release.platform];
  if (release.flavour !== 'cpu' || system === undefined) {
    throw new EngineError(
      `Expected an official archive for ${release.flavour} on ${release.platform}, found none`,
      'Make pip work: the wheels hold the libraries for this machine.',
    );
  }
  await downloadFile({
    url: `${baseUrl}/libtensorflow-${system}-${cdnTensorflow}.tar.gz`,
    file: archiveFile,
    label: `libtensorflow ${cdnTensorflow}`,
    retries: 2,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const target = join(folder, 'tensorflow');
  await mkdir(target);
  try {
    await extract({ file: archiveFile, cwd: target, strict: true });
    // The wheels' layout: libraries beside `include/`.
    for (const name of await readdir(join(target, 'lib')))
      await rename(join(target, 'lib', name), join(target, name));
    await rm(join(target, 'lib'), { recursive: true });
  } catch (cause) {
    throw new EngineError(
      `Expected a whole archive, found a broken one in ${archiveFile}`,
      'Run the command again.',
      {
        cause,
      },
    );
  }
  await rm(archiveFile);
}
