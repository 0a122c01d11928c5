import { detectGpus, type Gpu } from '@bit-repro/engine';
import {
  asksForGpu,
  loadExperiment,
  type Experiment,
  type LoadOptions,
  type SlurmOptions,
} from '../config/index.ts';
import type { PlannedRun } from './plannedRun.ts';
import { resolveRuns } from './resolveRuns.ts';
import { profileNamed, selectProfile, type Machine, type ProfileChoice } from './selectProfile.ts';
import { siteOf, type Site } from './site.ts';

export interface PlanOptions extends LoadOptions {
  /** The name of a profile, or `auto` for the first that this machine can run. */
  profile: string;
  /** Where its runs go. Default: this machine. */
  launcher?: LauncherName;
}

/** What a command is about to run. */
export interface Plan extends ProfileChoice {
  experiment: Experiment;
  /** The GPUs of this machine. */
  gpus: readonly Gpu[];
  /** In the order of the config. */
  planned: readonly PlannedRun[];
  /** The nodes that the runs are for, where it is not this machine. */
  cluster?: Site;
}

export type LauncherName = 'local' | 'slurm';

/**
 * Reads an experiment, chooses its profile for this machine and writes out its runs. Nothing is fetched.
 *
 * @throws ConfigError when the experiment is wrong; HarnessError when there is no such profile, or none that fits.
 */
export async function loadPlan(
  configFile: string,
  { profile, launcher = 'local', ...options }: PlanOptions,
): Promise<Plan> {
  const experiment = await loadExperiment(configFile, options);
  const gpus = await detectGpus();
  const { slurm = {} } = experiment;
  const onCluster = launcher === 'slurm';
  const choice = selectProfile(experiment, profile, onCluster ? clusterOf(slurm) : { gpus });
  return {
    experiment,
    gpus,
    ...choice,
    planned: resolveRuns(experiment, choice.profile),
    ...(onCluster && { cluster: siteOf(slurm, profileNamed(experiment, choice.profile)) }),
  };
}

/** Slurm tells of a GPU, not of its memory. */
const clusterOf = (slurm: SlurmOptions): Machine => ({
  name: 'the cluster, by `slurm.gres`,',
  gpus: asksForGpu(slurm) ? [{ memoryBytes: Infinity }] : [],
});
