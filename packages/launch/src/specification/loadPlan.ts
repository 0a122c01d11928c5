import { ExplainedError } from '@bit-repro/artifacts';
import { askForGpus, type Demand, type Gpu } from '@bit-repro/engine';
import {
  loadExperiment,
  type Experiment,
  type LoadOptions,
  type PlannedRun,
  resolveRuns,
  profileNamed,
  selectProfile,
  type ProfileChoice,
} from '@bit-repro/experiment';
import type { Cluster, ClusterProfile, LauncherPlugin } from '../supervision/launcherPlugin.ts';

export interface PlanOptions extends LoadOptions {
  /** The name of a profile, or `auto` for the first that the machine can run. */
  profile: string;
  /** What sends its runs to other machines. Default: they stay on this one. */
  launcher?: LauncherPlugin;
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
  cluster?: PlannedCluster;
}

type PlannedCluster = ClusterProfile & Pick<Cluster, 'create'> & { launcher: LauncherPlugin };

/**
 * Reads an experiment, chooses its profile for the machine that runs go to and writes out its runs. Nothing is fetched.
 *
 * @throws ConfigError when the experiment is wrong; InputError when there is no such profile; OutsideError when none fits, or the
 *   choice depends on GPUs of which nothing can be told.
 */
export async function loadPlan(
  configFile: string,
  { profile, launcher, ...options }: PlanOptions,
): Promise<Plan> {
  const experiment = await loadExperiment(configFile, options);
  const cluster = launcher?.clusterFor(experiment);
  const answer = await askForGpus();
  const isKnown = !(answer instanceof ExplainedError);
  const here = isKnown ? { gpus: answer } : { unknown: answer };
  const choice = selectProfile(experiment, profile, cluster?.machine ?? here);
  return {
    experiment,
    gpus: isKnown ? answer : [],
    ...choice,
    ...(!isKnown && cluster === undefined && withoutGpus(choice, answer)),
    planned: resolveRuns(experiment, choice.profile),
    ...(launcher &&
      cluster && {
        cluster: {
          launcher,
          create: (given) => cluster.create(given),
          ...cluster.profileFor(profileNamed(experiment, choice.profile)),
        },
      }),
  };
}

/** The processor computes, and it is said why. */
const withoutGpus = ({ reason }: ProfileChoice, { message }: ExplainedError): Partial<Plan> => ({
  engine: { flavour: 'cpu' },
  reason: `${reason} The processor is used: ${message}.`,
});
