import { visible } from '@bit-repro/artifacts';
import { cut, padded } from './fit.ts';

/** What a screen needs of the stream to a terminal. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** Lines for at most so many columns and rows. */
export type Frame = (columns: number, rows: number) => readonly string[];

const drawEveryMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseBelow = '\r\u001b[J';

/**
 * A terminal whose last lines change, below all that is printed. The cursor rests where they begin, and they are written as one
 * long line that the terminal breaks. So whatever it does with lines when it is resized, all of them are where the cursor is
 * and below, and nothing above it is touched.
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

  /** As the terminal says, which not all do; COLUMNS may ask for fewer. */
  get columns(): number {
    const asked = Number(process.env.COLUMNS);
    const there = this.#terminal.columns;
    return Number.isInteger(asked) && asked > 0 ? Math.min(asked, there || asked) : there || 80;
  }

  /** Shows these lines soon, and again whenever the terminal changes its size. */
  show(frame: Frame): void {
    if (this.#frame === undefined) {
      this.#terminal.write(hideCursor);
      this.#terminal.on('resize', this.#redraw);
      process.once('exit', this.#leave);
    }
    this.#frame = frame;
    this.#due ??= setTimeout(this.#redraw, drawEveryMs).unref();
  }

  /** Prints above the lines that change; `stream` is another that ends on the same terminal. */
  print(text: string, stream: Pick<Terminal, 'write'> = this.#terminal): void {
    if (this.#frame !== undefined) this.#terminal.write(eraseBelow);
    stream.write(`${text}\n`);
    this.#draw();
  }

  /** Takes the lines that change away. */
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
