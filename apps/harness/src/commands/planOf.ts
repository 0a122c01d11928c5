import { InputError } from '@bit-repro/artifacts';
import { clusterLaunchers, launcherNames, launcherSections, localName } from '../launchers.ts';
import { loadPlan, type Plan, type PlanOptions } from '@bit-repro/launch';

export interface ExperimentOptions extends Pick<PlanOptions, 'profile' | 'set'> {
  /** One of `launcherNames`. Default: this machine. */
  launcher?: string;
}

/**
 * The plan of an experiment for the machine that its runs are for.
 *
 * @throws InputError if the launcher is unknown; whatever `loadPlan` throws.
 */
export async function planOf(
  configFile: string,
  { launcher: name = localName, ...options }: ExperimentOptions,
): Promise<Plan> {
  const launchers = await clusterLaunchers();
  const sections = await launcherSections();
  if (name === localName) return loadPlan(configFile, { ...options, sections });
  const launcher = launchers.find((one) => one.name === name);
  if (launcher === undefined) {
    throw new InputError(
      `--launcher must be one of ${launcherNames.join(', ')}, but it is ${name}`,
      'Correct --launcher.',
    );
  }
  return loadPlan(configFile, { ...options, sections, launcher });
}
