import type { Experiment, Profile } from '../config/index.ts';
import { PlanError } from './errors.ts';

/** What the choice of a profile depends on. */
export interface Machine {
  gpus: readonly { memoryBytes: number }[];
}

export interface ProfileChoice {
  profile: string;
  /** A sentence to print first thing. */
  reason: string;
}

const gibibyte = 1024 ** 3;

/**
 * The profile to run: the one asked for, or with `auto` the first in the config that one of the machine's GPUs has the
 * memory for, or that needs no GPU.
 *
 * @throws PlanError when there is no such profile, or none that fits.
 */
export function selectProfile(experiment: Experiment, requested: string, machine: Machine): ProfileChoice {
  if (requested !== 'auto') {
    const profile = profileNamed(experiment, requested);
    const warning = fits(profile, machine)
      ? ''
      : ` It ${needs(profile)}, and this machine has ${has(machine)}.`;
    return { profile: profile.name, reason: `Profile ${describe(profile)}, as asked for.${warning}` };
  }
  const { profiles } = experiment;
  const chosen = profiles.find((profile) => fits(profile, machine));
  if (chosen === undefined) {
    throw new PlanError(
      `Expected a machine that fits a profile of ${experiment.file} (${profiles
        .map((profile) => `${profile.name} ${needs(profile)}`)
        .join(', ')}), found ${has(machine)}`,
      `Force one with --profile ${profiles[0]!.name}, or add a profile without minGpuMemory.`,
    );
  }
  const passed = profiles.slice(0, profiles.indexOf(chosen));
  const because = [
    ...passed.map((profile) => `${profile.name} ${needs(profile)}`),
    ...(passed.length === 0 ? [`it ${needs(chosen)}`] : []),
    `this machine has ${has(machine)}`,
  ];
  return { profile: chosen.name, reason: `Profile ${describe(chosen)}: ${because.join(', ')}.` };
}

/**
 * The profile of this name.
 *
 * @throws PlanError when there is none.
 */
export function profileNamed({ file, profiles }: Experiment, name: string): Profile {
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    const names = profiles.map((candidate) => candidate.name).join(', ');
    throw new PlanError(
      `Expected one of the profiles of ${file} (${names}) or auto, found ${name}`,
      'Correct --profile.',
    );
  }
  return profile;
}

function fits({ minGpuMemoryBytes }: Profile, { gpus }: Machine): boolean {
  return minGpuMemoryBytes === undefined || gpus.some(({ memoryBytes }) => memoryBytes >= minGpuMemoryBytes);
}

const describe = ({ name, title }: Profile): string => (title === name ? name : `${name} (${title})`);

function needs({ minGpuMemoryBytes }: Profile): string {
  return minGpuMemoryBytes === undefined
    ? 'needs no GPU'
    : `needs an NVIDIA GPU with ${inGibibytes(minGpuMemoryBytes)}`;
}

function has({ gpus }: Machine): string {
  if (gpus.length === 0) return 'no NVIDIA GPU';
  const most = inGibibytes(Math.max(...gpus.map(({ memoryBytes }) => memoryBytes)));
  return gpus.length === 1 ? `one with ${most}` : `${gpus.length}, the largest with ${most}`;
}

const inGibibytes = (bytes: number): string => `${Number((bytes / gibibyte).toFixed(1))} GiB`;
