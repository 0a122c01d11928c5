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

/** Something that is wrong, and what to do about it. */
interface Problem {
  summary: string;
  remedy: string;
  /** Whether TensorFlow cannot run here until it is mended. */
  fatal: boolean;
}

/** All that decides whether and how TensorFlow runs on this machine. */
export interface EngineDiagnosis {
  node: string;
  /** Platform and architecture, such as `linux-x64`. */
  platform: string;
  processor: { model: string; cores: number; features: readonly string[] };
  memoryBytes: number;
  /** None where it cannot be told, either: then there is a problem that says so. */
  gpus: readonly Gpu[];
  /** What `provision` takes; nothing where it takes none. */
  release?: { flavour: Flavour; tensorflowVersion: string };
  /** Absent where the cache cannot be read. */
  installations?: readonly InstallationState[];
  cache: CacheState;
  tools: readonly Tool[];
  /** Empty unless they were asked. */
  sources: readonly SourceState[];
  problems: readonly Problem[];
}

/** What is in the cache. */
interface InstallationState {
  installation: Installation;
  bytes: number;
  /** Files whose bytes differ from what was unpacked; nothing unless they were compared. */
  altered?: readonly string[];
}

export interface DiagnoseOptions extends Demand {
  cacheRoot?: string;
  /** Whether to compare the digests of all that is installed, which reads all of it (default true). */
  checksums?: boolean;
  /** Whether to ask the sources, which takes seconds (default true). */
  network?: boolean;
}

/** Bytes that fetching and unpacking a release takes, measured: its wheels and its libraries for a while lie side by side. */
const neededBytes: Readonly<Record<Flavour, number>> = { cpu: 1.2e9, cuda: 5e9 };
const toldFeatures = /^(avx\d?|fma|avx512\w*|avx_vnni|amx_\w+|asimd\w*|sve\d?|bf16|i8mm)$/;

/** Looks at everything that TensorFlow needs, changes nothing, and tells what is wrong. It never throws. */
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
      features: host.cpuFeatures.filter((feature) => toldFeatures.test(feature)),
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

/** The result of looking, or why that could not be done. */
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
            remedy: `Run \`npx harness provision\`: it makes ${folder} anew.`,
            fatal: true,
          },
        ],
  );
}

/** What keeps `provision` from working; where TensorFlow is installed already, nothing of that is needed. */
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
      // Without pip there is still the official archive.
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
      summary: `${(cache.freeBytes / 1e9).toFixed(1)} GB are free in ${cache.folder}, TensorFlow needs ${(needed / 1e9).toFixed(1)} GB`,
      remedy: 'Free some disk space, or point BIT_REPRO_CACHE at a larger disk.',
      fatal: true,
    });
  }
  return problems;
}
