import { counted, ExplainedError } from '@bit-repro/artifacts';
import type { NotCompared } from '@bit-repro/report';
import { commitOf, compareWithRerun, type RerunComparison, runFiles, type RunRecord } from '@bit-repro/runs';

/** A run, and the same run carried out again. */
export interface Repeated {
  original: RunRecord;
  again: RunRecord;
}

/**
 * Compares runs with the same runs carried out again, and prints how many results are identical.
 *
 * @returns what the comparison could not tell, because the code or the machine is another.
 * @throws ExplainedError if the same code on the same machine gave another result.
 */
export function judgeReruns(repeated: readonly Repeated[], print: (line: string) => void): NotCompared[] {
  const compared = repeated.map(({ original, again }) => ({
    original,
    ...compareWithRerun(original, again),
  }));
  const others = compared.filter(({ differences }) => differences.length > 0);
  const same = compared.filter(({ differences }) => differences.length === 0);
  const circumstances = [...new Set(compared.flatMap(describeCircumstances))];
  print(
    `${same.length} of ${counted(repeated.length, 're-run result')} identical${circumstances.length > 0 ? `, though with ${circumstances.join(' and ')}` : ', to the byte'}`,
  );
  for (const { original, differences } of others)
    print(`${original.id} differs: ${differences.slice(0, 3).join('; ')}`);
  const unexplained = others.find((one) => describeCircumstances(one).length === 0);
  if (unexplained !== undefined) {
    throw new ExplainedError(
      `Expected the run ${unexplained.original.id} to give its ${runFiles.result} again, found ${unexplained.differences[0]!}`,
      'Code and machine are those that the run names. If `npx harness canary` finds that this machine repeats itself, the result was not computed as the run says.',
    );
  }
  const [first] = others;
  if (first === undefined) return [];
  return [
    {
      what: `${counted(others.length, 're-run result')}, which differ (${circumstances.join('; ')})`,
      how: `${first.otherCode === '' ? '' : `check out the commit that computed them (${commitOf(first.original.provenance.git)}) and `}run verify --rerun ${first.otherMachine === '' ? 'there' : 'on a machine like that of the runs'}`,
    },
  ];
}

function describeCircumstances({ otherCode, otherMachine }: RerunComparison): string[] {
  return [
    ...(otherCode === '' ? [] : [`other code (${otherCode})`]),
    ...(otherMachine === '' ? [] : [`a different machine (${otherMachine})`]),
  ];
}
