import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheRoot as defaultCacheRoot,
  digestFile,
  publishFolder,
  writeFileAtomic,
  type OnProgress,
} from '@bit-repro/artifacts';
import { EngineError } from '../errors.ts';
import { detectGpus } from '../gpus.ts';
import { bindingFingerprint, compileBinding } from './binding.ts';
import { cdnTensorflow, fetchFromCdn } from './cdnSource.ts';
import { chooseRelease, type Flavour, type Release } from './releases.ts';
import { fetchFromWheels } from './wheelSource.ts';

export type EngineSource = 'pip' | 'cdn';

/** A libtensorflow and the addon compiled for it, in the cache. */
export interface Installation {
  flavour: Flavour;
  tensorflowVersion: string;
  source: EngineSource;
  /** Holds libtensorflow and its headers. */
  libraryFolder: string;
  /** Names of the libraries in it, with the SHA-256 each had when it was unpacked. */
  sha256: Readonly<Record<string, string>>;
  bindingFile: string;
}

export interface ProvisionOptions {
  /** By default `cuda` where the GPUs can run it, else `cpu`. */
  flavour?: Flavour;
  cacheRoot?: string;
  /** Where to look, in this order; by default pip, then the official archive. */
  sources?: readonly EngineSource[];
  onMessage?: (line: string) => void;
  onProgress?: OnProgress;
}

const recordName = 'installation.json';
type LibraryRecord = Pick<Installation, 'tensorflowVersion' | 'source' | 'sha256'>;

/**
 * Sees to it that libtensorflow and the addon are in the cache: fetches and compiles what is missing, once. Safe to call
 * from several processes; an interrupted call leaves nothing half-made; a call that finds all takes milliseconds.
 *
 * @throws EngineError or ArtifactError, each with what to do about it.
 */
export async function provision(options: ProvisionOptions = {}): Promise<Installation> {
  const { cacheRoot = defaultCacheRoot(), onMessage = () => undefined } = options;
  const release = chooseRelease(options.flavour === 'cpu' ? [] : await detectGpus(), options.flavour);
  const libraries = join(
    cacheRoot,
    'tensorflow',
    `${release.tensorflow}-${release.flavour}-${release.platform}`,
  );
  await publishFolder(libraries, (staging) =>
    fillLibraries(release, staging, { ...options, cacheRoot, onMessage }),
  );
  const record = JSON.parse(await readFile(join(libraries, recordName), 'utf8')) as LibraryRecord;

  const libraryFolder = join(libraries, 'tensorflow');
  const binding = join(libraries, `binding-${bindingFingerprint()}`);
  await publishFolder(binding, async (staging) => {
    onMessage('Compiling the TensorFlow binding');
    await compileBinding(Object.keys(record.sha256), libraryFolder, join(staging, 'tfjs_binding.node'));
  });
  return {
    flavour: release.flavour,
    ...record,
    libraryFolder,
    bindingFile: join(binding, 'tfjs_binding.node'),
  };
}

async function fillLibraries(
  release: Release,
  staging: string,
  options: ProvisionOptions & { cacheRoot: string; onMessage: (line: string) => void },
): Promise<void> {
  const { cacheRoot, sources = ['pip', 'cdn'], onMessage, onProgress } = options;
  const fetchers: Record<EngineSource, () => Promise<void>> = {
    pip: () => fetchFromWheels(release, staging, onMessage),
    cdn: () =>
      fetchFromCdn(release, staging, join(cacheRoot, 'downloads', 'libtensorflow.tar.gz'), onProgress),
  };
  const failures: Error[] = [];
  for (const source of sources) {
    try {
      await fetchers[source]();
      const record: LibraryRecord = {
        tensorflowVersion: source === 'pip' ? release.tensorflow : cdnTensorflow,
        source,
        sha256: await digestLibraries(join(staging, 'tensorflow')),
      };
      await writeFileAtomic(join(staging, recordName), `${JSON.stringify(record, null, 2)}\n`);
      return;
    } catch (error) {
      if (!(error instanceof Error) || !('remedy' in error)) throw error;
      failures.push(error);
      onMessage(`TensorFlow is not to be had from ${source}: ${error.message}`);
    }
  }
  const [first] = failures as (Error & { remedy?: string })[];
  throw new EngineError(
    `Expected TensorFlow ${release.tensorflow} (${release.flavour}) from ${sources.join(' or ')}; ${failures.map((failure) => failure.message).join('; ')}`,
    first?.remedy ?? 'Check the network.',
    { cause: first },
  );
}

async function digestLibraries(folder: string): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder))
    .filter((name) => /^libtensorflow[\w.]*\.(so\.2|2\.dylib)$/.test(name))
    .sort();
  if (names.length < 2) {
    throw new EngineError(
      `Expected libtensorflow and libtensorflow_framework, found ${names.join(', ') || 'neither'}`,
      'Run the command again; if it repeats, this release has another layout.',
    );
  }
  const digests = await Promise.all(names.map((name) => digestFile(join(folder, name), 'sha256')));
  return Object.fromEntries(names.map((name, index) => [name, digests[index]!]));
}
