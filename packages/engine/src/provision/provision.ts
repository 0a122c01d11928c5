import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot as defaultCacheRoot, publishFolder, type OnProgress } from '@bit-repro/artifacts';
import { examineCache, unwritable } from '../cacheFolder.ts';
import { EngineError } from '../errors.ts';
import { detectGpus } from '../gpus.ts';
import { describeHost, hostProblem } from '../host.ts';
import { compileBinding } from './binding.ts';
import { cdnTensorflow, fetchFromCdn } from './cdnSource.ts';
import {
  installationFolder,
  isWhole,
  readInstallation,
  recordInstallation,
  type EngineSource,
  type Installation,
} from './installation.ts';
import { chooseRelease, type Demand, type Release } from './releases.ts';
import { fetchFromWheels } from './wheelSource.ts';

export interface ProvisionOptions extends Demand {
  cacheRoot?: string;
  /** Where to look, in this order; by default pip, then the official archive. */
  sources?: readonly EngineSource[];
  onMessage?: (line: string) => void;
  onProgress?: OnProgress;
}

/**
 * Sees to it that libtensorflow and the addon are in the cache: fetches and compiles what is missing, once. Safe to call
 * from several processes; an interrupted call leaves nothing half-made; a call that finds all takes milliseconds.
 *
 * @throws EngineError or ArtifactError, each with what to do about it.
 */
export async function provision(options: ProvisionOptions = {}): Promise<Installation> {
  const gpus = options.flavour === 'cpu' ? [] : await detectGpus();
  const { release, refusal } = chooseRelease(gpus, options);
  if (refusal !== undefined) {
    options.onMessage?.(`The processor is used. ${refusal.message}. ${refusal.remedy}`);
  }
  return provisionRelease(release, options);
}

/** Where the official archives are looked for; tests put a server of their own here. */
interface Hosts {
  cdnHost?: string;
}

/** {@link provision} for a release chosen already. */
export async function provisionRelease(
  release: Release,
  options: ProvisionOptions & Hosts = {},
): Promise<Installation> {
  const { cacheRoot = defaultCacheRoot(), onMessage } = options;
  const folder = installationFolder(cacheRoot, release);
  await publish(folder, (staging) => fill(release, staging, { ...options, cacheRoot }), { keep: isWhole });
  const installation = (await readInstallation(folder, release.flavour))!;
  const { sha256, libraryFolder, bindingFile } = installation;
  await publish(dirname(bindingFile), async (staging) => {
    onMessage?.('Compiling the TensorFlow binding');
    await compileBinding(Object.keys(sha256), libraryFolder, join(staging, 'tfjs_binding.node'));
  });
  return installation;
}

/** Publishes a folder. On a read-only disk Node says of a new folder only that it is not there. */
async function publish(...[folder, ...rest]: Parameters<typeof publishFolder>): Promise<void> {
  try {
    await publishFolder(folder, ...rest);
  } catch (cause) {
    const { writable } = await examineCache(dirname(folder));
    throw writable || hasRemedy(cause) ? cause : unwritable(dirname(folder), cause);
  }
}

/** Fills a folder from the first source that can. */
async function fill(
  release: Release,
  folder: string,
  options: ProvisionOptions & Hosts & { cacheRoot: string },
): Promise<void> {
  const { cacheRoot, sources = ['pip', 'cdn'], onMessage = () => undefined, onProgress, cdnHost } = options;
  const problem = hostProblem(await describeHost());
  if (problem !== undefined) throw problem;

  const fetchFrom: Record<EngineSource, () => Promise<void>> = {
    pip: () => fetchFromWheels(release, folder, onMessage),
    cdn: () =>
      fetchFromCdn(release, folder, {
        downloads: join(cacheRoot, 'downloads'),
        ...(cdnHost !== undefined && { host: cdnHost }),
        ...(onProgress && { onProgress }),
      }),
  };
  const failures: EngineError[] = [];
  for (const source of sources) {
    try {
      await fetchFrom[source]();
      const tensorflowVersion = source === 'pip' ? release.tensorflow : cdnTensorflow;
      await recordInstallation(folder, { tensorflowVersion, source });
      return;
    } catch (error) {
      if (!hasRemedy(error)) throw error;
      failures.push(error);
      onMessage(`TensorFlow is not to be had from ${source}: ${error.message}`);
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    }
  }
  throw new EngineError(
    `Expected TensorFlow ${release.tensorflow} (${release.flavour}) from ${sources.join(' or ')}; ${failures.map(({ message }) => message).join('; ')}`,
    failures[0]?.remedy ?? 'Name a source.',
    { cause: failures[0] },
  );
}

const hasRemedy = (error: unknown): error is EngineError => error instanceof Error && 'remedy' in error;
