import { detectGpus, type Gpu } from '@bit-repro/engine';
import { asksForGpu, loadExperiment, type Experiment, type LoadOptions } from '../config/index.ts';
import type { PlannedRun } from './plannedRun.ts';
import { resolveRuns } from './resolveRuns.ts';
import { selectProfile, type Machine, type ProfileChoice } from './selectProfile.ts';

export interface PlanOptions extends LoadOptions {
  /** The name of a profile, or `auto` for the first that this machine can run. */
  profile: string;
  /** Whether the runs are for a cluster, whose GPUs the config names. */
  onCluster?: boolean;
}

/** What a command is about to run. */
export interface Plan extends ProfileChoice {
  experiment: Experiment;
  /** The GPUs of this machine. */
  gpus: readonly Gpu[];
  /** In the order of the config. */
  planned: readonly PlannedRun[];
}

/**
 * Reads an experiment, chooses its profile for this machine and writes out its runs. Nothing is fetched.
 *
 * @throws ConfigError when the experiment is wrong; HarnessError when there is no such profile, or none that fits.
 */
export async function loadPlan(
  configFile: string,
  { profile, onCluster = false, ...options }: PlanOptions,
): Promise<Plan> {
  const experiment = await loadExperiment(configFile, options);
  const gpus = await detectGpus();
  const choice = selectProfile(experiment, profile, onCluster ? clusterOf(experiment) : { gpus });
  return { experiment, gpus, ...choice, planned: resolveRuns(experiment, choice.profile) };
}

/** Slurm tells of a GPU, not of its memory. */
const clusterOf = ({ slurm }: Experiment): Machine => ({
  gpus: slurm !== undefined && asksForGpu(slurm) ? [{ memoryBytes: Number.MAX_SAFE_INTEGER }] : [],
});
