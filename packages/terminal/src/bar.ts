import { inSeconds } from '@bit-repro/artifacts';

/** Joins the non-empty words with two spaces. */
export const apart = (...words: readonly string[]): string => words.filter((word) => word !== '').join('  ');

/** A share from 0 to 1 as a bar `columns` wide, followed by a percentage. */
export function bar(share: number, columns: number): string {
  const filled = Math.floor(within(share) * columns);
  return `${'█'.repeat(filled)}${'░'.repeat(columns - filled)} ${percentOf(share)}`;
}

/** A share from 0 to 1 as a whole percentage, four columns wide. */
export const percentOf = (share: number): string => `${Math.floor(100 * within(share))}%`.padStart(4);

/** Limits a share to 0..1: a count can exceed its announced total. */
const within = (share: number): number => Math.min(1, Math.max(0, share));

/** The time that `count` more will take at this pace; empty if the pace is unknown. */
export const leftOf = (count: number, perSecond: number | undefined): string =>
  perSecond === undefined || count <= 0 ? '' : `${inSeconds(count / perSecond)} left`;
