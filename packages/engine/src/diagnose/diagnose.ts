import { cpus, totalmem } from 'node:os';
import { cacheRoot as defaultCacheRoot, ExplainedError } from '@bit-repro/artifacts';
import { examineCache, unwritable, type CacheState } from '../cacheFolder.ts';
import { askForGpus, type Gpu } from '../gpus.ts';
import { describeHost, hostProblem } from '../host.ts';
import { compilerCommand } from '../provision/compiler.ts';
import {
  installationBytes,
  installationFolder,
  installedEngines,
  verifyInstallation,
  type Installation,
} from '../provision/installation.ts';
import { otherHands } from '../provision/otherHands.ts';
import { chooseRelease, type Choice, type Demand, type Flavour } from '../provision/releases.ts';
import { examineSources, type SourceState } from './sources.ts';
import { examineTools, toolRemedy, type Tool } from './tools.ts';

/** A problem and its remedy. */
interface Problem {
  summary: string;
  remedy: string;
  /** Whether TensorFlow cannot run here until this is fixed. */
  fatal: boolean;
}

/** Everything that decides whether and how TensorFlow runs on this machine. */
export interface EngineDiagnosis {
  node: string;
  /** Platform and architecture, such as `linux-x64`. */
  platform: string;
  processor: { model: string; cores: number; features: readonly string[] };
  memoryBytes: number;
  /** Also empty when the GPUs cannot be determined; `problems` then says so. */
  gpus: readonly Gpu[];
  /** The release that `provision` would choose; absent when there is none. */
  release?: { flavour: Flavour; tensorflowVersion: string };
  /** Absent when the cache cannot be read. */
  installations?: readonly InstallationState[];
  cache: CacheState;
  tools: readonly Tool[];
  /** Empty unless the network was checked. */
  sources: readonly SourceState[];
  problems: readonly Problem[];
}

/** An installation in the cache. */
interface InstallationState {
  installation: Installation;
  bytes: number;
  /** Files whose bytes differ from what was unpacked; absent unless they were compared. */
  altered?: readonly string[];
}

export interface DiagnoseOptions extends Demand {
  cacheRoot?: string;
  /** Whether to compare the digests of all installed files, which reads all of them (default true). */
  checksums?: boolean;
  /** Whether to query the download sources, which takes seconds (default true). */
  network?: boolean;
}

/**
 * Bytes needed to fetch and unpack a release, measured: its wheels and its unpacked libraries exist side by
 * side for a while.
 */
const neededBytes: Readonly<Record<Flavour, number>> = { cpu: 1.2e9, cuda: 5e9 };
const reportedFeatures = /^(avx\d?|fma|avx512\w*|avx_vnni|amx_\w+|asimd\w*|sve\d?|bf16|i8mm)$/;

/** Examines everything TensorFlow needs, changes nothing, and reports what is wrong. It never throws. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<EngineDiagnosis> {
  const { cacheRoot = defaultCacheRoot(), checksums = true, network = true } = options;
  const [host, answer, tools, installed, cache] = await Promise.all([
    describeHost(),
    options.flavour === 'cpu' ? [] : askForGpus(),
    examineTools(compilerCommand()),
    unlessUnreadable(examineInstallations(cacheRoot, checksums)),
    examineCache(cacheRoot),
  ]);
  const gpus = isExplained(answer) ? [] : answer;
  const choice = tryToChoose(gpus, options, host.platform);
  const release = 'release' in choice ? choice.release : undefined;
  const access =
    release && (await unlessUnreadable(otherHands(cacheRoot, installationFolder(cacheRoot, release))));
  const installations = isExplained(installed) ? undefined : installed;
  const sources = network && release ? await examineSources(release) : [];
  const found = {
    node: process.versions.node,
    platform: host.platform,
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      features: host.cpuFeatures.filter((feature) => reportedFeatures.test(feature)),
    },
    memoryBytes: totalmem(),
    gpus,
    ...(release && { release: { flavour: release.flavour, tensorflowVersion: release.tensorflow } }),
    ...(installations && { installations }),
    cache,
    tools,
    sources,
  };
  const errors = [hostProblem(host), choice, installed, access].filter(isExplained);
  const refusal = 'refusal' in choice ? choice.refusal : undefined;
  return {
    ...found,
    problems: [
      ...errors.map((error) => asProblem(error, true)),
      ...[answer, refusal].flatMap((one) => (isExplained(one) ? [asProblem(one, false)] : [])),
      ...alteredProblems(installations),
      ...missingProblems(found),
    ],
  };
}

const isExplained = (found: unknown): found is ExplainedError => found instanceof ExplainedError;

/** The result, or the error that explains why there is none. */
const unlessUnreadable = <T>(looking: Promise<T>): Promise<T | ExplainedError> =>
  looking.catch((error: unknown) => {
    if (isExplained(error)) return error;
    throw error;
  });

const asProblem = ({ message, remedy }: ExplainedError, fatal: boolean): Problem => ({
  summary: message,
  remedy,
  fatal,
});

function tryToChoose(gpus: readonly Gpu[], demand: Demand, platform: string): Choice | ExplainedError {
  try {
    return chooseRelease(gpus, demand, platform);
  } catch (error) {
    if (isExplained(error)) return error;
    throw error;
  }
}

async function examineInstallations(cacheRoot: string, checksums: boolean): Promise<InstallationState[]> {
  return Promise.all(
    (await installedEngines(cacheRoot)).map(async (installation) => ({
      installation,
      bytes: await installationBytes(installation),
      ...(checksums && { altered: await verifyInstallation(installation) }),
    })),
  );
}

function alteredProblems(installations: readonly InstallationState[] = []): Problem[] {
  return installations.flatMap(({ installation: { folder, tensorflowVersion }, altered = [] }) =>
    altered.length === 0
      ? []
      : [
          {
            summary: `TensorFlow ${tensorflowVersion}: ${altered.join(', ')} differs from what was fetched`,
            remedy: `Run \`npx harness provision\`: it replaces ${folder}.`,
            fatal: true,
          },
        ],
  );
}

/** What would stop `provision`; nothing when TensorFlow is already installed. */
function missingProblems({
  installations,
  release,
  tools,
  sources,
  cache,
}: Omit<EngineDiagnosis, 'problems'>): Problem[] {
  const isInstalled = installations?.some(({ installation: { flavour } }) => flavour === release?.flavour);
  if (release === undefined || isInstalled !== false) return [];
  const problems: Problem[] = tools
    .filter(({ version }) => version === undefined)
    .map((tool) => ({
      summary: `There is no ${tool.name === 'compiler' ? 'C++ compiler' : tool.name}`,
      remedy: toolRemedy(tool),
      // Without pip, the official archive remains.
      fatal: tool.name === 'compiler',
    }));
  if (sources.length > 0 && sources.every(({ reachable }) => reachable !== true)) {
    problems.push({
      summary: 'TensorFlow cannot be fetched: neither pip’s index nor the official archive answers',
      remedy: 'Check the network, the proxy (HTTPS_PROXY) and `python3 -m pip config list`.',
      fatal: true,
    });
  }
  if (!cache.writable) problems.push(asProblem(unwritable(cache.folder), true));
  const needed = neededBytes[release.flavour];
  if (cache.freeBytes !== undefined && cache.freeBytes < needed) {
    problems.push({
      summary: `${(cache.freeBytes / 1e9).toFixed(1)} GB are free in ${cache.folder}; TensorFlow needs ${(needed / 1e9).toFixed(1)} GB`,
      remedy: 'Free some disk space, or set BIT_REPRO_CACHE to a folder on a larger disk.',
      fatal: true,
    });
  }
  return problems;
}
