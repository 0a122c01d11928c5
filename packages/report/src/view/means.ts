import type { Ledger } from '../ledger.ts';
import type { ReportedGroup } from '../reportedRuns.ts';
import type { Piece } from '../table.ts';
import { taskInProse, type Task } from '../task.ts';

/** The most numbers that a sentence has of one arm, and the most arms. */
const mostSaid = 3;

/** "The mean top-1 accuracy of BiT-mini is 62.2 % with 1 example per class; that of Random weights is 12.6 % …". */
export function means(groups: readonly ReportedGroup[], tasks: readonly Task[], ledger: Ledger): Piece[] {
  const arms = [...new Set(groups.map(({ arm }) => arm))];
  const mean = ({ runs }: ReportedGroup): Piece =>
    ledger.number({ reducer: 'mean', of: { runs: runs.map(({ id }) => id) } }, 'tenths');
  const at = (group: ReportedGroup): Piece[] => [mean(group), ` % ${taskInProse(group, tasks)}`];
  const ofArms = arms.map((arm) => groups.filter((group) => group.arm === arm));
  if (arms.length > mostSaid || ofArms.some(({ length }) => length > mostSaid)) {
    const ordered = [...groups].sort((one, other) => one.summary!.mean - other.summary!.mean);
    const named = (group: ReportedGroup): Piece[] => [
      ...at(group),
      arms.length === 1 ? '' : ` (${group.arm})`,
    ];
    return ['The mean top-1 accuracy goes from ', ...named(ordered[0]!), ' to ', ...named(ordered.at(-1)!)];
  }
  return ofArms.flatMap((own, index): Piece[] => [
    index === 0 ? `The mean top-1 accuracy of ${own[0]!.arm} is ` : `; that of ${own[0]!.arm} is `,
    ...listOfPieces(own.map(at)),
  ]);
}

/** Parts of a sentence with commas and an "and" between them. */
export const listOfPieces = (parts: readonly Piece[][]): Piece[] =>
  parts.flatMap((part, index) =>
    index === 0 ? part : [index === parts.length - 1 ? ' and ' : ', ', ...part],
  );
