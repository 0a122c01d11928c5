import { describeProblem, resolveRuns, validateConfig } from '@bit-repro/experiment';
import { launcherSections } from '../launchers.ts';
import { counted, exitCodes } from '@bit-repro/artifacts';
import { painted, printJson, type CommandContext } from '@bit-repro/terminal';

/** Checks experiments, and prints their problems or their number of runs. */
export async function validate(
  configs: readonly string[],
  { set, json }: { set: readonly string[]; json: boolean },
  { print }: CommandContext,
): Promise<number> {
  let code: number = exitCodes.done;
  const found: object[] = [];
  const sections = await launcherSections();
  for (const file of configs) {
    const validation = await validateConfig(file, { sections, set });
    if (validation.ok) {
      const { experiment } = validation;
      const { warnings } = experiment;
      const profiles = experiment.profiles.map(({ name }) => ({
        name,
        runs: resolveRuns(experiment, name).length,
      }));
      found.push({ file, isValid: true, profiles, warnings });
      if (json) continue;
      const counts = profiles.map(({ name, runs }) => `${counted(runs, 'run')} (${name})`);
      print(`${file}: ${painted('ok', 'good')}, ${counts.join(', ')}`);
      for (const warning of warnings) print(`${painted('warning', 'unsure')}\n${describeProblem(warning)}`);
    } else {
      const { problems, message, remedy } = validation.error;
      found.push({ file, isValid: false, problems });
      if (!json) print(`${message}\n${remedy}`);
      code = exitCodes.badInput;
    }
  }
  if (json) printJson(print, found);
  return code;
}
