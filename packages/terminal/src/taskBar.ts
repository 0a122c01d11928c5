import { type Progress, inBytes, inLine } from '@bit-repro/artifacts';
import { apart, bar, leftOf, percentOf } from './bar.ts';
import { fitting, shortened } from './fit.ts';

/** The progress line of a download or another long task. */
export function taskBar(
  { label, done, total, unit }: Progress,
  perSecond: number | undefined,
  columns: number,
): string {
  const name = inLine(label);
  const inUnit = (count: number): string => (unit === 'bytes' ? inBytes(count) : count.toLocaleString('en'));
  const shortest = (begin: string, end: string): string =>
    apart(begin, shortened(name, columns - apart(begin, end).length - 2), end);
  if (total === undefined || total === 0)
    return fitting(columns, apart(name, inUnit(done)), shortest('', inUnit(done)));
  const share = done / total;
  const counts = `${inUnit(done)} of ${inUnit(total)}`;
  const left = leftOf(total - done, perSecond);
  return fitting(
    columns,
    apart(bar(share, 20), name, counts, left),
    apart(bar(share, 10), name, counts, left),
    apart(bar(share, 10), name, left),
    shortest(percentOf(share), left),
  );
}
