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
  /** The name of a profile, or `auto` for the first that fits the machine. */
  profile: string;
  /** Sends the runs to other machines. Default: they run on this one. */
  launcher?: LauncherPlugin;
}

/** The runs that a command works on. */
export interface Plan extends ProfileChoice {
  experiment: Experiment;
  /** The GPUs of this machine; empty if they are unknown. */
  gpus: readonly Gpu[];
  /** The TensorFlow that it requires. Default: any that fits. */
  engine?: Demand;
  /** In the order of the config. */
  planned: readonly PlannedRun[];
  /** The nodes that the runs are for, unless that is this machine. */
  cluster?: PlannedCluster;
}

type PlannedCluster = ClusterProfile & Pick<Cluster, 'create'> & { launcher: LauncherPlugin };

/**
 * Reads an experiment, selects its profile for the machine that runs are for, and lists its runs. Fetches
 * nothing.
 *
 * @throws ConfigError if the experiment is invalid; InputError if the profile does not exist; OutsideError if
 * none fits, or the choice depends on GPUs that cannot be queried.
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

/** Falls back to the processor and adds why to the reason. */
const withoutGpus = ({ reason }: ProfileChoice, { message }: ExplainedError): Partial<Plan> => ({
  engine: { flavour: 'cpu' },
  reason: `${reason} The processor is used: ${message}.`,
});
