import { InputError, OutsideError, type ExplainedError } from '@bit-repro/artifacts';
import type { Experiment, Profile } from './experiment.ts';

/** The machine that a profile is selected for. */
export type Machine =
  | {
      /** Name in messages. Default: this machine. */
      name?: string;
      /** `memoryBytes` is infinite if there will be enough, and absent if unknown. */
      gpus: readonly { memoryBytes?: number }[];
      /**
       * How to ask for GPUs, if the machine has none only because nobody asked. `auto` then takes no profile
       * without a GPU in place of one with a GPU.
       */
      howToAsk?: string;
    }
  | {
      /** Why the GPUs are unknown. */
      unknown: ExplainedError;
    };

export interface ProfileChoice {
  profile: string;
  /** Why it was selected, to print after the name of the profile and a colon. */
  reason: string;
}

const gibibyte = 1024 ** 3;

/**
 * Selects a profile: the requested one or, for `auto`, the first in the config that needs no GPU or that one
 * of the machine's GPUs has enough memory for.
 *
 * @throws InputError if the profile does not exist, or if nobody asked a cluster for the GPU that `auto` needs;
 * OutsideError if none fits, or `auto` cannot tell.
 */
export function selectProfile(experiment: Experiment, requested: string, machine: Machine): ProfileChoice {
  if (requested !== 'auto') {
    const profile = profileNamed(experiment, requested);
    const warning =
      fits(profile, machine) === 'yes' ? '' : `, though it ${needs(profile)} and ${has(machine)}`;
    return { profile: profile.name, reason: `as requested${warning}.` };
  }
  const { file, profiles } = experiment;
  const chosen = profiles.find((profile) => fits(profile, machine) !== 'no');
  const demands = (some: readonly Profile[]): string =>
    some.map((profile) => `${profile.name} ${needs(profile)}`).join(', ');
  if (chosen === undefined) {
    throw new OutsideError(
      `No profile of ${file} fits (${demands(profiles)}): ${has(machine)}`,
      `Force one with --profile ${profiles[0]!.name}, or add a profile without minGpuMemory.`,
    );
  }
  if (fits(chosen, machine) === 'unknown') throw cannotChoose(experiment, chosen, machine);
  const considered = profiles.slice(0, profiles.indexOf(chosen) + 1);
  if (considered.length > 1 && 'gpus' in machine && machine.howToAsk !== undefined) {
    throw new InputError(
      `The profile ${considered[0]!.name} of ${file} ${needs(considered[0]!)}, but ${has(machine)}`,
      `${machine.howToAsk}, or run without a GPU with --profile ${chosen.name}.`,
    );
  }
  return {
    profile: chosen.name,
    reason: `${demands(considered)}; ${has(machine)}.`,
  };
}

/** Does not fall back to the stand-in if the GPUs are unknown: whoever has a GPU wants to use it. */
function cannotChoose({ profiles }: Experiment, chosen: Profile, machine: Machine): OutsideError {
  const without = profiles.find((profile) => profile.minGpuMemoryBytes === undefined);
  const goOn = without === undefined ? '.' : `, or run without a GPU with --profile ${without.name}.`;
  const why = 'unknown' in machine ? `: ${machine.unknown.message}` : '';
  const remedy =
    'unknown' in machine
      ? machine.unknown.remedy.replace(/\.$/, '')
      : `Select it with --profile ${chosen.name}`;
  return new OutsideError(
    `Cannot tell whether the profile ${chosen.name} fits, which ${needs(chosen)}: ${has(machine)}${why}`,
    `${remedy}${goOn}`,
  );
}

/**
 * Finds a profile by name.
 *
 * @throws InputError if it does not exist.
 */
export function profileNamed({ file, profiles }: Experiment, name: string): Profile {
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    const names = profiles.map((candidate) => candidate.name).join(', ');
    throw new InputError(
      `--profile must be auto or one of the profiles of ${file} (${names}), but it is ${name}`,
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
  if ('unknown' in machine) return 'the GPUs of this machine are unknown';
  const { name = 'this machine', gpus, howToAsk } = machine;
  if (gpus.length === 0) return howToAsk === undefined ? `${name} has none` : `${name} is asked for none`;
  if (gpus.some(({ memoryBytes }) => memoryBytes === undefined))
    return `${name} has ${gpus.length}, and nvidia-smi does not report how much memory`;
  const most = Math.max(...gpus.map(({ memoryBytes = 0 }) => memoryBytes));
  if (most === Infinity) return `${name} has some`;
  return gpus.length === 1
    ? `${name} has one with ${inGibibytes(most)}`
    : `${name} has ${gpus.length} with up to ${inGibibytes(most)}`;
}

const inGibibytes = (bytes: number): string => `${Number((bytes / gibibyte).toFixed(1))} GiB`;
