import { resolve } from 'node:path';
import { exitCodes, InputError } from '@bit-repro/artifacts';
import { knownIngredients, specify } from '@bit-repro/launch';
import { cleanCommitOf, describeCode, RunStore } from '@bit-repro/runs';
import type { CommandContext } from '@bit-repro/terminal';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { reportRuns } from './reportRuns.ts';

export interface ReportOptions extends ExperimentOptions {
  runs: string;
  reports: string;
}

/**
 * Writes the report of an experiment from those of its runs that are finished. Runs and fetches nothing.
 *
 * @throws InputError if none is.
 */
export async function report(
  configFile: string,
  options: ReportOptions,
  { print }: CommandContext,
): Promise<number> {
  const plan = await planOf(configFile, options);
  const { experiment, profile, planned } = plan;
  const { runs, code } = await specify(plan, await knownIngredients(plan));
  const store = new RunStore(resolve(options.runs));
  const states = await Promise.all(runs.map(({ spec }) => store.state(spec, 'report')));
  const records = states.flatMap((state) => (state.kind === 'done' ? [state.record] : []));
  if (records.length === 0) {
    throw new InputError(
      `None of the ${runs.length} runs of ${configFile} is finished (profile ${profile}, current code)`,
      `Run it: \`npx harness run ${configFile}\`.`,
    );
  }
  print(`${experiment.title}\nprofile ${profile}\nruns    ${runs.length}, ${records.length} done`);
  const commit = cleanCommitOf((await describeCode(code.files)).git);
  await reportRuns(
    {
      experiment,
      profile,
      planned,
      records,
      store,
      generatedAt: new Date(),
      ...(commit !== undefined && { commit }),
      folder: resolve(options.reports, experiment.name),
    },
    print,
  );
  return exitCodes.done;
}
