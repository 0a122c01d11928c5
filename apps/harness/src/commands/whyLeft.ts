import { counted, inLine, workspaceRoot } from '@bit-repro/artifacts';
import { isLeft, type PlanRow, type SpecifiedRuns } from '@bit-repro/launch';
import {
  changedSince,
  commitOf,
  nearestAmong,
  type Difference,
  type Nearest,
  type RunSummary,
} from '@bit-repro/runs';
import { tableLines } from '@bit-repro/terminal';
import { valueInShort } from './valueInShort.ts';

/** Why a run is not done: how it differs from the nearest finished run. */
export interface WhyLeft {
  /** ID of the nearest finished run; absent if none is finished. */
  nearest?: string;
  /** Its value, then that of the run. */
  differences: Difference[];
  /** Where the code differs. */
  code?: CodeChange;
}

interface CodeChange {
  /** Of the nearest run; with a plus if there were uncommitted changes. */
  commit: string;
  /** Files that results depend on and that have changed since. */
  files?: string[];
  /** Why these are unknown. */
  unknown?: string;
}

/** Why each run of a plan that is not done is not; undefined for the others. Reads what git knows, and fetches nothing. */
export async function whyLeft(
  rows: readonly PlanRow[],
  { runs, code }: Pick<SpecifiedRuns, 'runs' | 'code'>,
  stored: readonly RunSummary[],
): Promise<(WhyLeft | undefined)[]> {
  const nearestOf = nearestAmong(stored);
  const changes = new Map<string, Promise<CodeChange>>();
  const changeOf = (git: Nearest['run']['git']): Promise<CodeChange> => {
    const commit = commitOf(git);
    const change = changes.get(commit) ?? changeSince(git, code.files);
    changes.set(commit, change);
    return change;
  };
  return Promise.all(
    rows.map(async (row, index): Promise<WhyLeft | undefined> => {
      if (!isLeft(row)) return undefined;
      const nearest = nearestOf(runs[index]!.spec);
      if (nearest === undefined) return { differences: [] };
      const { run, differences } = nearest;
      const isOtherCode = differences.some(({ aspect }) => aspect === 'code');
      return {
        nearest: run.id,
        differences,
        ...(isOtherCode && { code: await changeOf(run.git) }),
      };
    }),
  );
}

async function changeSince(git: Nearest['run']['git'], files: readonly string[]): Promise<CodeChange> {
  const commit = commitOf(git);
  if ('unknown' in git) return { commit, unknown: git.unknown };
  if (git.sha === undefined) return { commit, unknown: 'its commit is not recorded' };
  const changed = await changedSince(git.sha, files, workspaceRoot);
  return Array.isArray(changed) ? { commit, files: changed } : { commit, ...changed };
}

/** The reasons, those of runs that differ alike together, and then which code changed. */
export function whyLines(rows: readonly PlanRow[], reasons: readonly (WhyLeft | undefined)[]): string[] {
  const groups = new Map<string, { rows: PlanRow[]; why: WhyLeft }>();
  const changes = new Map<string, CodeChange>();
  rows.forEach((row, index) => {
    const why = reasons[index];
    if (why === undefined) return;
    const alike = JSON.stringify([headOf(why), cellsOf(why)]);
    const group = groups.get(alike) ?? { rows: [], why };
    group.rows.push(row);
    groups.set(alike, group);
    if (why.code !== undefined) changes.set(why.code.commit, why.code);
  });
  return [
    ...[...groups.values()].flatMap(({ rows: alike, why }) => [
      `${titleOf(alike)}: ${headOf(why)}`,
      ...tableLines(cellsOf(why), { indent: 2, text: true }),
      ...(isOtherEvaluation(why) ? [`  ${aboutEvaluations}`] : []),
    ]),
    ...[...changes.values()].flatMap(changeLines),
  ];
}

/** "5 runs of lr-0.001, first ID". */
function titleOf(rows: readonly PlanRow[]): string {
  const arms = [...new Set(rows.map(({ arm }) => arm))].map((arm) => inLine(arm)).join(', ');
  return `${counted(rows.length, 'run')} of ${arms}, ${rows.length === 1 ? '' : 'first '}${rows[0]!.id}`;
}

/** Whether a run trains as the nearest finished one does, and is only scored at other steps. */
const isOtherEvaluation = ({ differences }: WhyLeft): boolean =>
  differences.length === 1 && differences[0]!.key === 'settings.evaluateEvery';

const aboutEvaluations =
  'it trains anew, because the weights of the steps between are not kept; losses and final scores stay the same';

function headOf({ nearest, differences }: WhyLeft): string {
  if (nearest === undefined) return 'no run is finished in the store';
  return differences.length === 0
    ? 'nothing differs from a finished run, whose result was set aside'
    : 'compared with the nearest finished run';
}

const cellsOf = ({ differences, code }: WhyLeft): string[][] =>
  differences.map(({ aspect, key, values: [before, now] }) => {
    if (key === 'settings.seed') return [key, 'another'];
    if (aspect === 'code' && code !== undefined) return ['code', `changed since commit ${code.commit}`];
    return [key, `${valueInShort(before)} -> ${valueInShort(now)}`];
  });

function changeLines({ commit, files, unknown }: CodeChange): string[] {
  const code = `code that results depend on, changed since commit ${commit}:`;
  if (files === undefined) return [`${code} unknown, because ${inLine(unknown ?? '')}`];
  if (files.length === 0) return [`${code} other packages, or changes that were not committed`];
  return [code, ...files.map((file) => `  ${inLine(file)}`)];
}
