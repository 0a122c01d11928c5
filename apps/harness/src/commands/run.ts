import { InputError } from '@bit-repro/artifacts';
import type { CommandContext } from '@bit-repro/terminal';
import { clusterLaunchers } from '../launchers.ts';
import { carryOutPlan, type RunOptions } from './carryOutPlan.ts';
import { planOf } from './planOf.ts';
import { runUntilDecided } from './runUntilDecided.ts';

/** Runs the unfinished runs of an experiment and writes its report. */
export async function run(
  configFile: string,
  { untilDecided, ...options }: RunOptions & { untilDecided: boolean },
  context: CommandContext,
): Promise<number> {
  if (untilDecided && options.force) {
    throw new InputError(
      'Expected --until-decided or --force, found both',
      'Re-run the finished runs with --force first, then add seeds with --until-decided.',
    );
  }
  const plan = await planOf(configFile, options);
  if (untilDecided) return runUntilDecided(plan, options, context);
  const { code } = await carryOutPlan(plan, options, context);
  return code;
}

/** Follows runs that another process submitted to a cluster, and writes the report. Starts no run. */
export async function attach(
  configFile: string,
  options: Pick<RunOptions, 'profile' | 'set' | 'runs' | 'reports'>,
  context: CommandContext,
): Promise<number> {
  const [launcher] = await clusterLaunchers();
  const plan = await planOf(configFile, { ...options, launcher: launcher!.name });
  const rest = { saveWeights: false, force: false, checkpointEvery: 300 };
  const { code } = await carryOutPlan(plan, { ...options, ...rest }, context, { attachOnly: true });
  return code;
}
