import { visible } from '@bit-repro/artifacts';
import { cut, padded, usualColumns } from './fit.ts';

/** The part of a terminal's output stream that a screen uses. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** The lines to draw, at most `rows` of at most `columns`. */
export type Frame = (columns: number, rows: number) => readonly string[];

const drawEveryMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseBelow = '\r\u001b[J';

/**
 * A terminal whose last lines are redrawn below everything printed. The cursor rests at their start, and they
 * are written as one long line that the terminal wraps. So however a resize rewraps lines, all of them stay
 * at or below the cursor, and nothing above is touched.
 */
export class Screen {
  readonly #terminal: Terminal;
  #frame: Frame | undefined;
  #due: NodeJS.Timeout | undefined;
  readonly #redraw = (): void => {
    this.#draw();
  };
  readonly #leave = (): void => {
    this.clear();
  };

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** The terminal's width, which not every terminal reports; COLUMNS may ask for less. */
  get columns(): number {
    const asked = Number(process.env.COLUMNS);
    const there = this.#terminal.columns;
    return Number.isInteger(asked) && asked > 0 ? Math.min(asked, there || asked) : there || usualColumns;
  }

  /** Draws these lines soon, and again on every resize. */
  show(frame: Frame): void {
    if (this.#frame === undefined) {
      this.#terminal.write(hideCursor);
      this.#terminal.on('resize', this.#redraw);
      process.once('exit', this.#leave);
    }
    this.#frame = frame;
    this.#due ??= setTimeout(this.#redraw, drawEveryMs).unref();
  }

  /** Prints above the redrawn lines. `stream` is another stream to the same terminal. */
  print(text: string, stream: Pick<Terminal, 'write'> = this.#terminal): void {
    if (this.#frame !== undefined) this.#terminal.write(eraseBelow);
    stream.write(`${text}\n`);
    this.#draw();
  }

  /** Removes the redrawn lines. */
  clear(): void {
    if (this.#frame === undefined) return;
    this.#frame = undefined;
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#terminal.off('resize', this.#redraw);
    process.off('exit', this.#leave);
    this.#terminal.write(`${eraseBelow}${showCursor}`);
  }

  #draw(): void {
    if (this.#frame === undefined) return;
    clearTimeout(this.#due);
    this.#due = undefined;
    const { columns } = this;
    const rows = Math.max(1, (this.#terminal.rows || 24) - 1);
    const lines = this.#frame(columns, rows)
      .slice(0, rows)
      .map((line) => cut(visible(line), columns));
    const up = lines.length > 1 ? `\u001b[${lines.length - 1}A` : '';
    this.#terminal.write(`${eraseBelow}${this.#asOne(lines)}${up}\r`);
  }

  #asOne(lines: readonly string[]): string {
    const { columns } = this.#terminal;
    if (!columns) return lines.join('\n');
    return [...lines.slice(0, -1).map((line) => padded(line, columns)), ...lines.slice(-1)].join('');
  }
}
