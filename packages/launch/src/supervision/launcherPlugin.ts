import type { EngineEnvironment, Gpu } from '@bit-repro/engine';
import type { Experiment, LauncherSection, Profile, Machine } from '@bit-repro/experiment';
import type { Finding } from '@bit-repro/artifacts';
import type { Resources } from '../forecast/forecast.ts';
import type { Placement } from '../forecast/resources.ts';
import type { Ticket } from '@bit-repro/runs';
import type { Launcher } from './launcher.ts';

/** A way to send runs to other machines, by `--launcher NAME`. What runs are computed here knows none by name. */
export interface LauncherPlugin {
  /** By which it is asked for, its tickets are known, and an experiment speaks to it. */
  readonly name: string;
  /** As messages call it: `Slurm`. */
  readonly title: string;
  /** What an experiment may say to it. */
  readonly section: LauncherSection;
  /** The machines that an experiment asks for. */
  clusterFor(experiment: Experiment): Cluster;
  /** @throws OutsideError where jobs cannot be handed over from this machine, for a command as the user gave it. */
  require(command: ClusterCommand): Promise<void>;
  /** Takes back what other processes sent: what runs leaves a checkpoint. Returns how many jobs were still there. */
  cancel(tickets: readonly Ticket[]): Promise<number>;
  /** Files that it left in a store for jobs of which no run has a ticket any more. */
  leftovers(store: string, tickets: readonly Ticket[]): Promise<Leftovers>;
  /** What `doctor` says of it. */
  examine(): Promise<Finding[]>;
}

/** What asks for a cluster. */
export type ClusterCommand = 'run' | 'attach' | 'cancel';

/** Files that can go. */
export interface Leftovers {
  files: { file: string; bytes: number }[];
  /** What they are of: `ended job arrays`. */
  of: string;
}

/** The machines that an experiment asks a launcher for. */
export interface Cluster {
  /** What the choice of a profile depends on. */
  readonly machine: Machine;
  /** What its runs go by under a profile. */
  profileFor(profile: Pick<Profile, 'minGpuMemoryBytes'>): ClusterProfile;
  create(options: ClusterLauncherOptions): Launcher;
}

export interface ClusterLauncherOptions {
  /** The run store, on a file system that the nodes share. */
  store: string;
  /** What the engine wants in the environment of a worker. */
  environment: EngineEnvironment;
  print: (line: string) => void;
}

/** What is known of the nodes that runs are for, from the machine that submits them. */
export interface ClusterProfile {
  /** Which TensorFlow they run. */
  engine: { flavour: 'cpu' } | { flavour: 'cuda'; computeCapability: number };
  /** Those of the nodes; none where their processors compute. */
  gpus: readonly Pick<Gpu, 'name' | 'computeCapability'>[];
  /** Of the nodes that runs of an architecture go to. @throws InputError when a GPU is asked for and not named. */
  deviceOf: (architecture: string) => string;
  placement: Placement;
  resources: Resources;
  /** How many jobs run at a time, in words. */
  parallelism: string;
}
