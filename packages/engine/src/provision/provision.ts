import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  cacheRoot as defaultCacheRoot,
  ExplainedError,
  OutsideError,
  publishFolder,
  UnavailableError,
  type OnProgress,
} from '@bit-repro/artifacts';
import { examineCache, unwritable } from '../cacheFolder.ts';
import { detectGpus } from '../gpus.ts';
import { describeHost, hostProblem } from '../host.ts';
import { bindingPath, compileBinding } from './binding.ts';
import { cdnTensorflow, fetchFromCdn } from './cdnSource.ts';
import {
  damageOfBinding,
  damageOfKernels,
  damageOfLibraries,
  installationFolder,
  libraryNames,
  nvrtcOf,
  readInstallation,
  recordBinding,
  recordInstallation,
  recordKernels,
  type EngineSource,
  type Installation,
} from './installation.ts';
import { architectureOf, kernelsFolderName, makeKernels } from './kernels.ts';
import { otherHands, withdrawFromOthers } from './otherHands.ts';
import { chooseRelease, type Demand, type Release } from './releases.ts';
import { fetchFromWheels } from './wheelSource.ts';

export interface ProvisionOptions extends Demand {
  cacheRoot?: string;
  /** The sources to try, in this order; by default pip, then the official archive. */
  sources?: readonly EngineSource[];
  onMessage?: (line: string) => void;
  onProgress?: OnProgress;
  /** Stops provisioning, which then throws the signal's reason and leaves nothing half-made. */
  signal?: AbortSignal | undefined;
}

/**
 * Ensures that libtensorflow and the addon are in the cache, intact: fetches and compiles what is missing or
 * altered. Safe to call from several processes; an interrupted call leaves nothing half-made. A call that
 * finds everything takes milliseconds, or seconds when the files have to be read again
 * (`alteredSinceVerified`).
 *
 * @throws ExplainedError, with the remedy; also when another user could replace the libraries, and when files
 * cannot be read.
 */
export async function provision(options: ProvisionOptions = {}): Promise<Installation> {
  const gpus = options.flavour === 'cpu' ? [] : await detectGpus();
  const { release, refusal } = chooseRelease(gpus, options);
  if (refusal !== undefined) {
    options.onMessage?.(`Using the processor. ${refusal.message}. ${refusal.remedy}`);
  }
  const { computeCapability } = options;
  const capabilities =
    computeCapability === undefined
      ? gpus.flatMap((gpu) => gpu.computeCapability ?? [])
      : [computeCapability];
  return provisionRelease(release, { ...options, capabilities });
}

/** The hosts of the official archives; tests use a server of their own. */
interface Hosts {
  cdnHost?: string;
}

/** The GPUs for which this project's kernels are compiled. */
interface Cards {
  capabilities?: readonly number[];
}

/** {@link provision} for a release that is already chosen. */
export async function provisionRelease(
  release: Release,
  options: ProvisionOptions & Hosts & Cards = {},
): Promise<Installation> {
  const { cacheRoot = defaultCacheRoot(), capabilities = [] } = options;
  const { onMessage = () => undefined, signal: outer } = options;
  const folder = installationFolder(cacheRoot, release);
  const publishing = { onMessage, signal: outer };
  await refuseOtherHands(cacheRoot, folder);
  await publish(folder, damageOfLibraries, publishing, async (staging, signal) => {
    await fill(release, staging, signal, { ...options, cacheRoot });
    await withdrawFromOthers(staging);
  });
  const bindingFile = bindingPath(folder);
  await publish(dirname(bindingFile), damageOfBinding, publishing, async (staging, signal) => {
    onMessage('Compiling the TensorFlow binding');
    const libraries = await libraryNames(folder);
    const output = join(staging, basename(bindingFile));
    await compileBinding(libraries, join(folder, 'tensorflow'), output, { signal });
    await recordBinding(staging);
    await withdrawFromOthers(staging);
  });
  if (release.flavour === 'cuda') {
    for (const architecture of new Set(capabilities.map(architectureOf)))
      await provisionKernels(folder, architecture, publishing);
  }
  await refuseOtherHands(cacheRoot, folder);
  return (await readInstallation(folder, release.flavour))!;
}

/** The network also runs without these kernels, so a failure is only reported. */
async function provisionKernels(folder: string, architecture: string, publishing: Publishing): Promise<void> {
  const { onMessage } = publishing;
  try {
    const nvrtc = await nvrtcOf(folder);
    if (nvrtc === undefined) {
      throw new OutsideError(
        `There is no NVRTC in ${folder}`,
        'Remove that folder and run `npx harness provision`.',
      );
    }
    const target = join(folder, kernelsFolderName(architecture, nvrtc.sha256));
    await publish(target, damageOfKernels, publishing, async (staging, signal) => {
      onMessage(`Compiling the kernels for ${architecture}`);
      await makeKernels(folder, nvrtc.path, architecture, staging, signal);
      await recordKernels(staging);
      await withdrawFromOthers(staging);
    });
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    onMessage(
      `There are no kernels for ${architecture}; unless others fit, TensorFlow’s own ops are used. ${error.message}. ${error.remedy}`,
    );
  }
}

async function refuseOtherHands(cacheRoot: string, folder: string): Promise<void> {
  const problem = await otherHands(cacheRoot, folder);
  if (problem !== undefined) throw problem;
}

interface Publishing {
  onMessage: (line: string) => void;
  signal: AbortSignal | undefined;
}

/** Publishes a folder unless an intact one exists. A damaged one is replaced, with a message. */
async function publish(
  folder: string,
  damageOf: (folder: string) => Promise<string | undefined>,
  { onMessage, signal }: Publishing,
  make: (staging: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const parent = dirname(folder);
  let damage: string | undefined;
  const keep = async (): Promise<boolean> => {
    damage = await damageOf(folder);
    return damage === undefined;
  };
  const makeAnew = async (staging: string, stopped: AbortSignal): Promise<void> => {
    if (damage !== undefined) onMessage(`${damage}; replacing it`);
    await make(staging, stopped);
  };
  try {
    await mkdir(parent, { recursive: true, mode: 0o755 });
    await publishFolder(folder, makeAnew, { keep, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    // On a read-only disk, Node only reports that the new folder does not exist.
    const { writable } = await examineCache(parent);
    const reason = writable || cause instanceof ExplainedError ? cause : unwritable(parent, cause);
    if (damage === undefined || !(reason instanceof ExplainedError)) throw reason;
    throw new OutsideError(`${damage}, and it cannot be replaced: ${reason.message}`, reason.remedy, {
      cause,
    });
  }
}

/** Fills a folder from the first source that works. */
async function fill(
  release: Release,
  folder: string,
  signal: AbortSignal,
  options: ProvisionOptions & Hosts & { cacheRoot: string },
): Promise<void> {
  const { cacheRoot, sources = ['pip', 'cdn'], onMessage = () => undefined, onProgress, cdnHost } = options;
  const problem = hostProblem(await describeHost());
  if (problem !== undefined) throw problem;

  const fetchFrom: Record<EngineSource, () => Promise<void>> = {
    pip: () => fetchFromWheels(release, folder, onMessage, signal),
    cdn: () =>
      fetchFromCdn(release, folder, {
        downloads: join(cacheRoot, 'downloads'),
        ...(cdnHost !== undefined && { host: cdnHost }),
        ...(onProgress && { onProgress }),
        signal,
      }),
  };
  const failures: ExplainedError[] = [];
  for (const source of sources) {
    try {
      await fetchFrom[source]();
      const tensorflowVersion = source === 'pip' ? release.tensorflow : cdnTensorflow;
      await recordInstallation(folder, { tensorflowVersion, source });
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ExplainedError)) throw error;
      failures.push(error);
      onMessage(`Could not get TensorFlow from ${source}: ${error.message}`);
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    }
  }
  throw new UnavailableError(
    `Could not get TensorFlow ${release.tensorflow} (${release.flavour}) from ${sources.join(' or ')}: ${failures.map(({ message }) => message).join('; ')}`,
    failures[0]?.remedy ?? 'Name a source.',
    { cause: failures[0] },
  );
}
