import { EventEmitter, once } from 'node:events';
import xterm from '@xterm/headless';
import type { Terminal } from '../src/screen.ts';

/** An emulated terminal that interprets what is written to it. */
export class EmulatedTerminal extends EventEmitter implements Terminal {
  written = '';
  readonly #xterm: xterm.Terminal;

  /** `reflows`: whether a resize rewraps lines. */
  constructor(columns: number, rows: number, { reflows = true } = {}) {
    super();
    this.#xterm = new xterm.Terminal({
      ...{ cols: columns, rows, convertEol: true, allowProposedApi: true },
      ...(!reflows && { windowsPty: { backend: 'winpty', buildNumber: 1 } }),
    });
  }

  get columns(): number {
    return this.#xterm.cols;
  }

  get rows(): number {
    return this.#xterm.rows;
  }

  write(text: string): void {
    this.written += text;
    this.#xterm.write(text);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#drawn();
    this.#xterm.resize(columns, rows);
    this.emit('resize');
  }

  /**
   * All lines, including those scrolled off the top. A wrapped line above the cursor is marked with an arrow.
   */
  async lines(): Promise<string[]> {
    await this.#drawn();
    const { active } = this.#xterm.buffer;
    const lines = Array.from({ length: active.length }, (_, index) => {
      const line = active.getLine(index)!;
      return `${line.isWrapped && index < active.baseY + active.cursorY ? '↪' : ''}${line.translateToString(true, 0, this.columns).trimEnd()}`;
    });
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  async #drawn(): Promise<void> {
    const flushed = new EventEmitter();
    const drawn = once(flushed, 'drawn');
    this.#xterm.write('', () => flushed.emit('drawn'));
    await drawn;
  }
}
