import { inSeconds } from '@bit-repro/artifacts';

/** Words two spaces apart, without those that are empty. */
export const apart = (...words: readonly string[]): string => words.filter((word) => word !== '').join('  ');

/** A share from 0 to 1 as a bar of so many columns, and in percent. */
export function bar(share: number, columns: number): string {
  const filled = Math.floor(within(share) * columns);
  return `${'█'.repeat(filled)}${'░'.repeat(columns - filled)} ${percentOf(share)}`;
}

/** A share in whole percent, four columns wide. */
export const percentOf = (share: number): string => `${Math.floor(100 * within(share))}%`.padStart(4);

/** What is counted may be more than was said. */
const within = (share: number): number => Math.min(1, Math.max(0, share));

/** How long so many more will take; empty while it cannot be told. */
export const leftOf = (count: number, perSecond: number | undefined): string =>
  perSecond === undefined || count <= 0 ? '' : `${inSeconds(count / perSecond)} left`;
