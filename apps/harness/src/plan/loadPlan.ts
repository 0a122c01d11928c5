import { ExplainedError } from '@bit-repro/artifacts';
import { askForGpus, type Demand, type Gpu } from '@bit-repro/engine';
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
  /** The GPUs of this machine; none where it cannot be told. */
  gpus: readonly Gpu[];
  /** Which TensorFlow it takes; any that fits by default. */
  engine?: Demand;
  /** In the order of the config. */
  planned: readonly PlannedRun[];
  /** The nodes that the runs are for, where it is not this machine. */
  cluster?: Site;
}

export type LauncherName = 'local' | 'slurm';

/**
 * Reads an experiment, chooses its profile for this machine and writes out its runs. Nothing is fetched.
 *
 * @throws ConfigError when the experiment is wrong; InputError when there is no such profile; OutsideError when none fits, or the
 *   choice depends on GPUs of which nothing can be told.
 */
export async function loadPlan(
  configFile: string,
  { profile, launcher = 'local', ...options }: PlanOptions,
): Promise<Plan> {
  const experiment = await loadExperiment(configFile, options);
  const { slurm = {} } = experiment;
  const onCluster = launcher === 'slurm';
  const answer = await askForGpus();
  const isKnown = !(answer instanceof ExplainedError);
  const machine = isKnown ? { gpus: answer } : { unknown: answer };
  const choice = selectProfile(experiment, profile, onCluster ? clusterOf(slurm) : machine);
  return {
    experiment,
    gpus: isKnown ? answer : [],
    ...choice,
    ...(!isKnown && !onCluster && withoutGpus(choice, answer)),
    planned: resolveRuns(experiment, choice.profile),
    ...(onCluster && { cluster: siteOf(slurm, profileNamed(experiment, choice.profile)) }),
  };
}

/** The processor computes, and it is said why. */
const withoutGpus = ({ reason }: ProfileChoice, { message }: ExplainedError): Partial<Plan> => ({
  engine: { flavour: 'cpu' },
  reason: `${reason} The processor is used: ${message}.`,
});

/** Slurm tells of a GPU, not of its memory. */
const clusterOf = (slurm: SlurmOptions): Machine => ({
  name: 'the cluster, by `slurm.gres`,',
  gpus: asksForGpu(slurm) ? [{ memoryBytes: Infinity }] : [],
});
