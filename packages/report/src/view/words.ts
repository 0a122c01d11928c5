export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const listOf = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;

export const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** ISO 8601 in UTC, to the minute. */
export const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** Whole numbers, of which those that follow each other are put together: "0 to 4 and 7". */
export function inRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return listOf(
    ranges.flatMap(([from, to]) =>
      to - from < 2 ? [...new Set([from, to])].map(String) : [`${from} to ${to}`],
    ),
  );
}

/** An arm and its network; one of them where they are called alike. */
export const armOf = (arm: string, network: string): string =>
  isCalledAlike(arm, network) ? network : `${arm}, ${network}`;

/** Whether two names are the same but for hyphens, spaces and capitals: "BiT-M R50x3" and "BiT-M-R50x3". */
export const isCalledAlike = (one: string, other: string): boolean => bare(one) === bare(other);

const bare = (name: string): string => name.replace(/[\s-]/g, '').toLowerCase();
