import { verdicts } from '@bit-repro/metrics';
import prettyMs from 'pretty-ms';
import { outcomes } from './reducers.ts';
import { derive, type Derivation, type NumberSource } from './derivation.ts';
import { onceForSource } from './onceForSource.ts';

const signed = (value: number, decimals: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(decimals)}`;

/** How the verdict of a control is called, which is judged by nobody's claim; in the order of `verdicts`. */
const controlWords = ['differs', 'undecided', 'agrees'];

/** How a number is written. */
const formats = {
  /** As measured: 10,000 test images give two decimals. */
  measured: (value: number) => value.toFixed(2),
  /** As read off the paper's figure. */
  digitised: (value: number) => value.toFixed(1),
  count: (value: number) => String(value),
  whole: (value: number) => value.toFixed(0),
  tenths: (value: number) => value.toFixed(1),
  gibibytes: (value: number) => (value / 1024 ** 3).toFixed(1),
  loss: (value: number) => value.toFixed(4),
  probability: (value: number) => (value < 0.0001 ? '< 0.0001' : value.toFixed(4)),
  signed: (value: number) => signed(value, 2),
  /** In points, where one side was read off a figure. */
  'signed-tenths': (value: number) => signed(value, 1),
  /** In points, where words say in which direction. */
  distance: (value: number) => Math.abs(value).toFixed(2),
  'distance-tenths': (value: number) => Math.abs(value).toFixed(1),
  margin: (value: number) => `±${value.toFixed(1)}`,
  verdict: (value: number) => verdicts[value + 1] ?? 'unknown',
  outcome: (value: number) => outcomes[value + 1] ?? 'unknown',
  control: (value: number) => controlWords[value + 1] ?? 'unknown',
  answer: (value: number) => ['no', 'cannot tell', 'yes'][value + 1] ?? 'unknown',
  duration: (value: number) => prettyMs(1000 * value, { secondsDecimalDigits: 0 }),
} satisfies Record<string, (value: number) => string>;

export type Format = keyof typeof formats;
export const formatNames = Object.keys(formats) as [Format, ...Format[]];

/** A number as a report shows it. */
export interface Cell {
  text: string;
  /** What the text was rounded from; empty where there is none. */
  value: string;
  /** Its place among the numbers of the ledger; absent if it was not computed. */
  ref: number | null;
  isDerived: boolean;
}

/** A number of a report with everything needed to recompute it. */
export type LedgerEntry = Derivation & { format: Format; value: number | null };

/** How a value is written; an absent one is a dash. */
export const written = (value: number | null, format: Format): string =>
  value === null ? '–' : formats[format](value);

/** A number that is shown as it was found, or none. */
export const plainCell = (text = '–'): Cell => ({ text, value: '', ref: null, isDerived: false });

const valueOf = onceForSource(derive);

/**
 * The numbers of a report, each computed once: page, Markdown, figures, data.json and the comment read them here. Those that a
 * page shows are kept with the runs and the way each was made.
 */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  readonly source: NumberSource;

  constructor(source: NumberSource) {
    this.source = source;
  }

  /** A number; null if its sample cannot support it. @throws ExplainedError as `derive`. */
  value(derivation: Derivation): number | null {
    return valueOf(derivation, this.source);
  }

  /** A number that the page shows. @throws ExplainedError as `derive`. */
  number(derivation: Derivation, format: Format = 'measured'): Cell {
    const value = this.value(derivation);
    const ref = this.entries.push({ ...derivation, format, value }) - 1;
    return { text: written(value, format), value: value === null ? '' : String(value), ref, isDerived: true };
  }
}
