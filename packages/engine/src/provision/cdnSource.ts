import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { downloadFile, OutsideError, type OnProgress } from '@bit-repro/artifacts';
import type { Release } from './releases.ts';

/** The release that tfjs-node's own install script fetches. */
export const cdnTensorflow = '2.9.1';
const officialHost = 'https://storage.googleapis.com/tensorflow/libtensorflow';
const systems: Readonly<Record<string, string>> = {
  'linux-x64': 'cpu-linux-x86_64',
  'darwin-x64': 'cpu-darwin-x86_64',
};

/** Name of the official archive of a release; nothing when there is none. */
export function archiveName({
  flavour,
  platform,
}: Pick<Release, 'flavour' | 'platform'>): string | undefined {
  const system = flavour === 'cpu' ? systems[platform] : undefined;
  return system && `libtensorflow-${system}-${cdnTensorflow}.tar.gz`;
}

/** The URL of an official archive. */
export const archiveUrl = (name: string, host = officialHost): string => `${host}/${name}`;

export interface CdnOptions {
  /** The folder that keeps the archive while it is fetched, so that a broken download can resume. */
  downloads: string;
  host?: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * Unpacks the official libtensorflow archive into `folder/tensorflow`. No digest of it is published: it is
 * checked against the md5 that its server sends, and the SHA-256 of its contents is recorded with the
 * installation (trust on first use).
 *
 * Deviation: only the flavour cpu. The archive for GPUs needs CUDA 11.2 and cuDNN 8.1 installed on the
 * system.
 */
export async function fetchFromCdn(release: Release, folder: string, options: CdnOptions): Promise<void> {
  const name = archiveName(release);
  if (name === undefined) {
    throw new OutsideError(
      `There is no official archive for ${release.flavour} on ${release.platform}`,
      'Get pip to work: the wheels contain the libraries for this machine.',
    );
  }
  const file = join(options.downloads, name);
  await downloadFile({
    ...{ url: archiveUrl(name, options.host), file, label: `libtensorflow ${cdnTensorflow}`, retries: 2 },
    ...(options.onProgress && { onProgress: options.onProgress }),
    signal: options.signal,
  });
  const target = join(folder, 'tensorflow');
  await mkdir(target);
  try {
    await extract({ file, cwd: target, strict: true });
    // The layout of the wheels: libraries beside `include/`.
    for (const library of await readdir(join(target, 'lib')))
      await rename(join(target, 'lib', library), join(target, library));
    await rm(join(target, 'lib'), { recursive: true });
  } catch (cause) {
    if (!/^(TAR|Z)_/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    await rm(file);
    throw new OutsideError(`The archive ${name} is damaged`, 'Run the command again.', { cause });
  }
  await rm(file);
}
