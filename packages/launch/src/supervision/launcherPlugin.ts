import type { EngineEnvironment, Gpu } from '@bit-repro/engine';
import type { Experiment, LauncherSection, Profile, Machine } from '@bit-repro/experiment';
import type { Finding } from '@bit-repro/artifacts';
import type { Resources } from '../forecast/forecast.ts';
import type { Placement } from '../forecast/resources.ts';
import type { Ticket } from '@bit-repro/runs';
import type { Launcher } from './launcher.ts';

/**
 * A way to send runs to other machines, selected by `--launcher NAME`. The packages below it know no launcher
 * by name.
 */
export interface LauncherPlugin {
  /** The name on the command line, in tickets and in an experiment. */
  readonly name: string;
  /** The name in messages, such as `Slurm`. */
  readonly title: string;
  /** Its section of an experiment. */
  readonly section: LauncherSection;
  /** The machines that an experiment asks for. */
  clusterFor(experiment: Experiment): Cluster;
  /**
   * @throws OutsideError if jobs cannot be submitted from this machine. The message names the user's command.
   */
  require(command: ClusterCommand): Promise<void>;
  /**
   * Cancels jobs that other processes submitted; running ones leave a checkpoint. Returns how many still
   * existed.
   */
  cancel(tickets: readonly Ticket[]): Promise<number>;
  /** Its files in a store that belong to no current ticket. */
  leftovers(store: string, tickets: readonly Ticket[]): Promise<Leftovers>;
  /** Its findings for `doctor`. */
  examine(): Promise<Finding[]>;
}

/** The commands that need a cluster. */
export type ClusterCommand = 'run' | 'attach' | 'cancel';

/** Files that can be deleted. */
export interface Leftovers {
  files: { file: string; bytes: number }[];
  /** What they belong to, such as `ended job arrays`. */
  of: string;
}

/** The machines that an experiment asks a launcher for. */
export interface Cluster {
  /** The machine that a profile is selected for. */
  readonly machine: Machine;
  /** The nodes as seen by runs of a profile. */
  profileFor(profile: Pick<Profile, 'minGpuMemoryBytes'>): ClusterProfile;
  create(options: ClusterLauncherOptions): Launcher;
}

export interface ClusterLauncherOptions {
  /** The run store, on a file system shared with the nodes. */
  store: string;
  /** Environment variables that the engine needs in a worker. */
  environment: EngineEnvironment;
  print: (line: string) => void;
}

/** What is known of the nodes on the machine that submits to them. */
export interface ClusterProfile {
  /** The TensorFlow they run. */
  engine: { flavour: 'cpu' } | { flavour: 'cuda'; computeCapability: number };
  /** The GPUs of the nodes; empty if runs use the processor. */
  gpus: readonly Pick<Gpu, 'name' | 'computeCapability'>[];
  /**
   * The device of the nodes that runs of an architecture go to. @throws InputError if the experiment asks for
   * a GPU without naming it.
   */
  deviceOf: (architecture: string) => string;
  placement: Placement;
  resources: Resources;
  /** How many jobs run at a time, in words. */
  parallelism: string;
}
