import type { Experiment, Profile } from '../config/index.ts';
import { HarnessError } from '../errors.ts';

/** What the choice of a profile depends on. */
export interface Machine {
  /** As messages call it. Default: this machine. */
  name?: string;
  /** Infinite memory where it is not known. */
  gpus: readonly { memoryBytes: number }[];
}

export interface ProfileChoice {
  profile: string;
  /** Why, to print first thing, after the name of the profile and a colon. */
  reason: string;
}

const gibibyte = 1024 ** 3;

/**
 * The profile to run: the one asked for, or with `auto` the first in the config that one of the machine's GPUs has the
 * memory for, or that needs no GPU.
 *
 * @throws HarnessError when there is no such profile, or none that fits.
 */
export function selectProfile(experiment: Experiment, requested: string, machine: Machine): ProfileChoice {
  if (requested !== 'auto') {
    const profile = profileNamed(experiment, requested);
    const warning = fits(profile, machine) ? '' : `, though it ${needs(profile)} and ${has(machine)}`;
    return { profile: profile.name, reason: `as asked for${warning}.` };
  }
  const { file, profiles } = experiment;
  const chosen = profiles.find((profile) => fits(profile, machine));
  const demands = (some: readonly Profile[]): string =>
    some.map((profile) => `${profile.name} ${needs(profile)}`).join(', ');
  if (chosen === undefined) {
    throw new HarnessError(
      `Expected a machine for a profile of ${file} (${demands(profiles)}), found that ${has(machine)}`,
      `Force one with --profile ${profiles[0]!.name}, or add a profile without minGpuMemory.`,
    );
  }
  const considered = profiles.slice(0, profiles.indexOf(chosen) + 1);
  return {
    profile: chosen.name,
    reason: `${demands(considered)}; ${has(machine)}.`,
  };
}

/**
 * The profile of this name.
 *
 * @throws HarnessError when there is none.
 */
export function profileNamed({ file, profiles }: Experiment, name: string): Profile {
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    const names = profiles.map((candidate) => candidate.name).join(', ');
    throw new HarnessError(
      `Expected one of the profiles of ${file} (${names}) or auto, found ${name}`,
      'Correct --profile.',
    );
  }
  return profile;
}

function fits({ minGpuMemoryBytes }: Profile, { gpus }: Machine): boolean {
  return minGpuMemoryBytes === undefined || gpus.some(({ memoryBytes }) => memoryBytes >= minGpuMemoryBytes);
}

function needs({ minGpuMemoryBytes }: Profile): string {
  return minGpuMemoryBytes === undefined
    ? 'needs no GPU'
    : `needs an NVIDIA GPU with ${inGibibytes(minGpuMemoryBytes)}`;
}

function has({ name = 'this machine', gpus }: Machine): string {
  if (gpus.length === 0) return `${name} has none`;
  const most = Math.max(...gpus.map(({ memoryBytes }) => memoryBytes));
  if (most === Infinity) return `${name} has some`;
  return gpus.length === 1
    ? `${name} has one with ${inGibibytes(most)}`
    : `${name} has ${gpus.length} with up to ${inGibibytes(most)}`;
}

const inGibibytes = (bytes: number): string => `${Number((bytes / gibibyte).toFixed(1))} GiB`;
