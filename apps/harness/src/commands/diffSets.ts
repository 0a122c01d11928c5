import { InputError } from '@bit-repro/artifacts';
import { compareScores, differingFields, pairGroups, type Group, type RunSpec } from '@bit-repro/runs';
import { printJson, type CommandContext } from '@bit-repro/terminal';
import { diffLines, type ComparedSide, type ComparedSets } from './diffLines.ts';
import { kindOf, recordsOf, runsNamed, specsOf } from './namedRuns.ts';
import { openStore, type StoreOptions } from './openStore.ts';
import type { ExperimentOptions } from './planOf.ts';
import { withTemporaryFolder } from './temporaryFolder.ts';

/** Prints how the runs of two sides differ: settings, code, data, engine and machine, then the scores, then the times. */
export async function diffSets(
  named: readonly [string, string],
  options: StoreOptions & ExperimentOptions,
  { print }: CommandContext,
): Promise<void> {
  const sides = await withTemporaryFolder('diff', async (scratch): Promise<[ComparedSide, ComparedSide]> => [
    await sideOf(named[0], options, scratch),
    await sideOf(named[1], options, scratch),
  ]);
  const { pairs, alone } = pairGroups(sides[0].runs, sides[1].runs);
  const sets: ComparedSets = {
    sides,
    pairs: pairs.map((groups) => ({ groups, ...compareScores(...groups) })),
    alone,
    fields: differingFields(pairs),
  };
  if (options.json) printJson(print, asJson(sets));
  else for (const line of diffLines(sets)) print(line);
}

/** Without the runs themselves. */
function asJson({ sides, pairs, alone, fields }: ComparedSets): object {
  const place = ({ arm, dataset, shots }: Group): object => ({ arm, dataset, shots });
  return {
    sides: sides.map(({ name, runs }) => ({
      name,
      runs: runs.length,
      finished: runs.filter(({ record }) => record !== undefined).length,
    })),
    differences: fields,
    pairs: pairs.map(({ groups, ...scores }) => ({ groups: groups.map(place), ...scores })),
    alone: alone.map((groups) => groups.map(place)),
  };
}

async function sideOf(
  name: string,
  options: StoreOptions & ExperimentOptions,
  scratch: string,
): Promise<ComparedSide> {
  const store = openStore(options);
  if ((await kindOf(name)) === 'experiment') {
    const specs = await specsOf(name, options);
    const records = new Map((await recordsOf(specs, store)).map((record) => [placeOf(record.spec), record]));
    return {
      name,
      runs: specs.map((spec) => {
        const record = records.get(placeOf(spec));
        return { spec, ...(record !== undefined && { record }) };
      }),
    };
  }
  const records = await runsNamed(name, store, options, scratch);
  if (records.length === 0) throw new InputError(`${name} has no runs`, 'Name another.');
  return { name, runs: records.map((record) => ({ spec: record.spec, record })) };
}

const placeOf = ({ arm, dataset, fineTune: { shots, seed } }: RunSpec): string =>
  JSON.stringify([arm.name, dataset, shots, seed]);
