import { InputError } from '@bit-repro/artifacts';
import type { LauncherPlugin } from './launch/launcherPlugin.ts';
import { loadPlan, type Plan, type PlanOptions } from './specification/loadPlan.ts';
import type { LauncherSection } from './config/index.ts';

/** What sends runs to other machines; each is loaded when an experiment is read. */
const plugins = {
  slurm: async () => (await import('./slurm/slurmPlugin.ts')).slurmPlugin,
} satisfies Record<string, () => Promise<LauncherPlugin>>;

/** The launcher of this machine needs no plugin. */
const local = 'local';

/** What `--launcher` accepts; the first is the default. */
export const launcherNames = [local, ...Object.keys(plugins)];

/** Every launcher of other machines. */
export const clusterLaunchers = (): Promise<LauncherPlugin[]> =>
  Promise.all(Object.values(plugins).map((load) => load()));

/** What an experiment may say to launchers. */
export const launcherSections = async (): Promise<LauncherSection[]> =>
  (await clusterLaunchers()).map(({ section }) => section);

export interface ExperimentOptions extends Pick<PlanOptions, 'profile' | 'set'> {
  /** One of `launcherNames`. Default: this machine. */
  launcher?: string;
}

/**
 * The plan of an experiment for the machine that its runs go to.
 *
 * @throws InputError where there is no such launcher; whatever `loadPlan` throws.
 */
export async function planOf(
  configFile: string,
  { launcher: name = local, ...options }: ExperimentOptions,
): Promise<Plan> {
  const launchers = await clusterLaunchers();
  const sections = launchers.map(({ section }) => section);
  if (name === local) return loadPlan(configFile, { ...options, sections });
  const launcher = launchers.find((one) => one.name === name);
  if (launcher === undefined) {
    throw new InputError(
      `Expected one of the launchers ${launcherNames.join(', ')}, found ${name}`,
      'Correct --launcher.',
    );
  }
  return loadPlan(configFile, { ...options, sections, launcher });
}
