import { describeProblem, resolveRuns, validateConfig } from '@bit-repro/experiment';
import { launcherSections } from '../launchers.ts';
import { counted, exitCodes } from '@bit-repro/artifacts';
import type { CommandContext } from '@bit-repro/terminal';

/** Checks experiments, and prints their problems or their number of runs. */
export async function validate(
  configs: readonly string[],
  { set }: { set: readonly string[] },
  { print }: CommandContext,
): Promise<number> {
  let code: number = exitCodes.done;
  const sections = await launcherSections();
  for (const file of configs) {
    const validation = await validateConfig(file, { sections, set });
    if (validation.ok) {
      const { experiment } = validation;
      const counts = experiment.profiles.map(
        ({ name }) => `${counted(resolveRuns(experiment, name).length, 'run')} (${name})`,
      );
      print(`${file}: ok, ${counts.join(', ')}`);
      for (const warning of experiment.warnings) print(`warning\n${describeProblem(warning)}`);
    } else {
      print(`${validation.error.message}\n${validation.error.remedy}`);
      code = exitCodes.badInput;
    }
  }
  return code;
}
