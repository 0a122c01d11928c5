import { InputError, OutsideError, type ExplainedError } from '@bit-repro/artifacts';
import type { Experiment, Profile } from './experiment.ts';

/** What the choice of a profile depends on. */
export type Machine =
  | {
      /** As messages call it. Default: this machine. */
      name?: string;
      /** `memoryBytes` is infinite where there will be enough, and absent where it is not known. */
      gpus: readonly { memoryBytes?: number }[];
    }
  | {
      /** Why it cannot be told what GPUs there are. */
      unknown: ExplainedError;
    };

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
 * @throws InputError when there is no such profile; OutsideError when none fits, or when with `auto` it cannot be told which.
 */
export function selectProfile(experiment: Experiment, requested: string, machine: Machine): ProfileChoice {
  if (requested !== 'auto') {
    const profile = profileNamed(experiment, requested);
    const warning =
      fits(profile, machine) === 'yes' ? '' : `, though it ${needs(profile)} and ${has(machine)}`;
    return { profile: profile.name, reason: `as asked for${warning}.` };
  }
  const { file, profiles } = experiment;
  const chosen = profiles.find((profile) => fits(profile, machine) !== 'no');
  const demands = (some: readonly Profile[]): string =>
    some.map((profile) => `${profile.name} ${needs(profile)}`).join(', ');
  if (chosen === undefined) {
    throw new OutsideError(
      `Expected a machine for a profile of ${file} (${demands(profiles)}), found that ${has(machine)}`,
      `Force one with --profile ${profiles[0]!.name}, or add a profile without minGpuMemory.`,
    );
  }
  if (fits(chosen, machine) === 'unknown') throw cannotChoose(experiment, chosen, machine);
  const considered = profiles.slice(0, profiles.indexOf(chosen) + 1);
  return {
    profile: chosen.name,
    reason: `${demands(considered)}; ${has(machine)}.`,
  };
}

/** The stand-in must not be taken for want of an answer: whoever has a GPU wants it used. */
function cannotChoose({ profiles }: Experiment, chosen: Profile, machine: Machine): OutsideError {
  const without = profiles.find((profile) => profile.minGpuMemoryBytes === undefined);
  const goOn = without === undefined ? '.' : `, or go on without a GPU by --profile ${without.name}.`;
  const why = 'unknown' in machine ? `: ${machine.unknown.message}` : '';
  const remedy =
    'unknown' in machine ? machine.unknown.remedy.replace(/\.$/, '') : `Take it by --profile ${chosen.name}`;
  return new OutsideError(
    `Expected to know whether the profile ${chosen.name} fits, which ${needs(chosen)}, found that ${has(machine)}${why}`,
    `${remedy}${goOn}`,
  );
}

/**
 * The profile of this name.
 *
 * @throws InputError when there is none.
 */
export function profileNamed({ file, profiles }: Experiment, name: string): Profile {
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    const names = profiles.map((candidate) => candidate.name).join(', ');
    throw new InputError(
      `Expected one of the profiles of ${file} (${names}) or auto, found ${name}`,
      'Correct --profile.',
    );
  }
  return profile;
}

function fits({ minGpuMemoryBytes }: Profile, machine: Machine): 'yes' | 'no' | 'unknown' {
  if (minGpuMemoryBytes === undefined) return 'yes';
  if ('unknown' in machine) return 'unknown';
  const memories = machine.gpus.map(({ memoryBytes }) => memoryBytes);
  if (memories.some((memory) => memory !== undefined && memory >= minGpuMemoryBytes)) return 'yes';
  return memories.includes(undefined) ? 'unknown' : 'no';
}

function needs({ minGpuMemoryBytes }: Profile): string {
  return minGpuMemoryBytes === undefined
    ? 'needs no GPU'
    : `needs an NVIDIA GPU with ${inGibibytes(minGpuMemoryBytes)}`;
}

function has(machine: Machine): string {
  if ('unknown' in machine) return 'it cannot be told what this machine has';
  const { name = 'this machine', gpus } = machine;
  if (gpus.length === 0) return `${name} has none`;
  if (gpus.some(({ memoryBytes }) => memoryBytes === undefined))
    return `${name} has ${gpus.length}, and nvidia-smi does not tell how much memory`;
  const most = Math.max(...gpus.map(({ memoryBytes = 0 }) => memoryBytes));
  if (most === Infinity) return `${name} has some`;
  return gpus.length === 1
    ? `${name} has one with ${inGibibytes(most)}`
    : `${name} has ${gpus.length} with up to ${inGibibytes(most)}`;
}

const inGibibytes = (bytes: number): string => `${Number((bytes / gibibyte).toFixed(1))} GiB`;
