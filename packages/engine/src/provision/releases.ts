import { InputError, OutsideError } from '@bit-repro/artifacts';
import type { Gpu } from '../gpus.ts';
import table from './wheels.json' with { type: 'json' };

/** Which libtensorflow: for the processor, or for NVIDIA GPUs. */
export type Flavour = 'cpu' | 'cuda';

/** A Python wheel by name, version and SHA-256. */
export interface Wheel {
  name: string;
  version: string;
  sha256: string;
}

/**
 * A TensorFlow release that this project supports; wheels.json lists them and says how the digests were
 * checked.
 */
export interface Release {
  flavour: Flavour;
  /** Node's platform and architecture. */
  platform: string;
  /** The platform tag for pip. */
  pipPlatform: string;
  tensorflow: string;
  gpus?: GpuDemands;
  wheels: readonly Wheel[];
}

interface GpuDemands {
  /** Lowest and highest compute capability that the kernels support. */
  computeCapability: readonly number[];
  /** Oldest driver branch that loads the CUDA libraries. */
  driver: number;
  /** The same for GPUs, from a compute capability on, for which the driver must translate the kernels. */
  translating?: { from: number; driver: number };
}

/** Python version that the wheels are tagged with; the libraries in them do not depend on it. */
export const wheelPython = '3.11';

const releases = table.releases as readonly Release[];

/** Where a release is to run. */
export interface Demand {
  /** By default `cuda` if the GPUs can run it, else `cpu`. */
  flavour?: Flavour;
  /**
   * Compute capability of GPUs on other machines, such as the nodes of a cluster; by default this machine's
   * GPUs are examined.
   */
  computeCapability?: number;
}

/** The choice of `provision`: `cuda` if one release runs on all GPUs, else `cpu`. */
export interface Choice {
  release: Release;
  /** Why the existing GPUs are not used. */
  refusal?: OutsideError;
}

/**
 * Chooses the release for a machine.
 *
 * @throws OutsideError when there is none for the platform, or the GPUs cannot run the requested one;
 * InputError when none serves `computeCapability`.
 */
export function chooseRelease(
  gpus: readonly Gpu[],
  { flavour, computeCapability }: Demand = {},
  platform = `${process.platform}-${process.arch}`,
): Choice {
  const candidates = releases.filter((release) => release.platform === platform);
  const processor = candidates.find((release) => release.flavour === 'cpu');
  if (processor === undefined) throw unsupported(platform);
  if (flavour === 'cpu') return { release: processor };

  const demanding = candidates.filter((release) => release.gpus !== undefined);
  if (computeCapability !== undefined)
    return { release: releaseElsewhere(demanding, computeCapability, platform) };
  const fitting = demanding.find(
    (release) => gpus.length > 0 && gpus.every((gpu) => obstacle(release.gpus!, gpu) === undefined),
  );
  if (fitting !== undefined) return { release: fitting };

  const refusal = explainRefusal(demanding, gpus, platform);
  if (flavour === 'cuda') throw refusal;
  return { release: processor, ...(gpus.length > 0 && { refusal }) };
}

/** Does not check drivers: that happens where the release runs. */
function releaseElsewhere(demanding: readonly Release[], capability: number, platform: string): Release {
  const fitting = demanding.find(({ gpus }) => serves(gpus!, capability));
  if (fitting !== undefined) return fitting;
  throw demanding.length === 0
    ? noGpusOn(platform)
    : new InputError(
        `${expectedCapabilities(demanding)}, found ${capability.toFixed(1)}`,
        'Use GPUs of another generation, or the processor.',
      );
}

const serves = (
  { computeCapability: [lowest = Infinity, highest = -Infinity] }: GpuDemands,
  capability: number,
): boolean => capability >= lowest && capability <= highest;

const noGpusOn = (platform: string): OutsideError =>
  new OutsideError(
    `GPUs are supported on linux-x64 only; this is ${platform}`,
    'Use the flavour cpu, or another machine.',
  );

function expectedCapabilities(demanding: readonly Release[]): string {
  const all = demanding.flatMap(({ gpus }) => [...gpus!.computeCapability]);
  return `Expected NVIDIA GPUs of compute capability ${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)}`;
}

function unsupported(platform: string): OutsideError {
  const supported = [...new Set(releases.map((release) => release.platform))].join(', ');
  return new OutsideError(
    `Expected one of the platforms ${supported}, found ${platform}`,
    platform.startsWith('win32')
      ? 'Run in WSL2: TensorFlow publishes no library for Windows that Node can use.'
      : 'Run on one of these platforms.',
  );
}

interface Obstacle {
  found: string;
  remedy: string;
}

const hide = 'Hide it with CUDA_VISIBLE_DEVICES, or use the flavour cpu';

/**
 * Why a GPU cannot run a release. The driver comes last, because another driver would not help with the other
 * obstacles.
 */
function obstacle(demands: GpuDemands, gpu: Gpu): Obstacle | undefined {
  const { driver, translating } = demands;
  const capability = gpu.computeCapability;
  if (capability === undefined) {
    return {
      found: `${gpu.name} with driver ${gpu.driverVersion || 'unknown'}, too old to report its compute capability`,
      remedy: `Install NVIDIA driver ${driver} or newer.`,
    };
  }
  if (!serves(demands, capability)) {
    return {
      found: `${gpu.name} of compute capability ${capability.toFixed(1)}`,
      remedy: `${hide}: no TensorFlow that Node can load runs on this generation.`,
    };
  }
  const needed = translating !== undefined && capability >= translating.from ? translating.driver : driver;
  // Only branches count; 525.105 is newer than 525.60.
  if (parseInt(gpu.driverVersion, 10) >= needed) return undefined;
  return {
    found: `${gpu.name} with driver ${gpu.driverVersion || 'unknown'}, older than ${needed}`,
    remedy: `Install NVIDIA driver ${needed} or newer.`,
  };
}

function explainRefusal(demanding: readonly Release[], gpus: readonly Gpu[], platform: string): OutsideError {
  if (demanding.length === 0) return noGpusOn(platform);
  const demands = demanding.map((release) => release.gpus!);
  const expected = expectedCapabilities(demanding);
  if (gpus.length === 0) {
    return new OutsideError(
      `${expected}, found none`,
      'Install the NVIDIA driver, so that nvidia-smi lists the GPU, and check that CUDA_VISIBLE_DEVICES does not hide it; or use the flavour cpu.',
    );
  }
  for (const gpu of gpus) {
    const own = demands.find((one) => serves(one, gpu.computeCapability ?? NaN));
    const problem = obstacle(own ?? demands[0]!, gpu);
    if (problem !== undefined) return new OutsideError(`${expected}, found ${problem.found}`, problem.remedy);
  }
  return new OutsideError(
    `${expected} that one release of TensorFlow supports, found ${gpus.map(({ name }) => name).join(' and ')}`,
    'Leave one generation visible with CUDA_VISIBLE_DEVICES.',
  );
}
