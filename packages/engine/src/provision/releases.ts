import type { Gpu } from '../gpus.ts';
import { EngineError } from '../errors.ts';
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
 * A TensorFlow release this project runs on. The digests in wheels.json are those that the package index states for the
 * files of Python 3.11; each wheel is checked against its digest when it is fetched.
 */
export interface Release {
  flavour: Flavour;
  /** Node's platform and architecture. */
  platform: string;
  /** The platform tag that pip is asked for. */
  pipPlatform: string;
  tensorflow: string;
  /** Lowest and highest compute capability its kernels run on. */
  computeCapability?: readonly number[];
  wheels: readonly Wheel[];
}

/** Python version that the wheels are tagged with; the libraries in them do not depend on it. */
export const wheelPython = '3.11';

const releases: readonly Release[] = table as Release[];

/**
 * The release for this machine: `cuda` where all its GPUs can run one, else `cpu`.
 *
 * @throws EngineError when there is none for the platform, or `flavour` asks for one that the GPUs cannot run.
 */
export function chooseRelease(
  gpus: readonly Gpu[],
  flavour: Flavour | undefined,
  platform = `${process.platform}-${process.arch}`,
): Release {
  const candidates = releases.filter((release) => release.platform === platform);
  if (candidates.length === 0) {
    throw new EngineError(
      `Expected one of the platforms ${[...new Set(releases.map((release) => release.platform))].join(', ')}, found ${platform}`,
      platform.startsWith('win32')
        ? 'Run in WSL2: TensorFlow publishes no library for Windows that Node can use.'
        : 'Run on one of these platforms.',
    );
  }
  const cuda = candidates.find(
    (release) => release.flavour === 'cuda' && gpus.length > 0 && gpus.every((gpu) => runsOn(release, gpu)),
  );
  if (flavour !== 'cpu' && cuda !== undefined) return cuda;
  if (flavour === 'cuda') {
    const found = gpus
      .map((gpu) => `${gpu.name} (compute capability ${gpu.computeCapability ?? 'unknown'})`)
      .join(', ');
    throw new EngineError(
      `Expected NVIDIA GPUs of compute capability 5.0 to 9.0, found ${found || 'none'}`,
      'Make one generation of supported GPUs visible with CUDA_VISIBLE_DEVICES, or use the flavour cpu.',
    );
  }
  return candidates.find((release) => release.flavour === 'cpu')!;
}

function runsOn(release: Release, gpu: Gpu): boolean {
  const [lowest, highest] = release.computeCapability ?? [];
  // A driver too old to tell its GPU's capability cannot load CUDA 12 either.
  return (
    gpu.computeCapability !== undefined &&
    gpu.computeCapability >= (lowest ?? Infinity) &&
    gpu.computeCapability <= (highest ?? -Infinity)
  );
}
