import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Screen } from '../src/screen.ts';
import { EmulatedTerminal } from '../testing/emulated.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the width of a screen', () => {
  it.each([
    ['is that of its terminal', 100, '', 100],
    ['is COLUMNS if that is less', 100, '60', 60],
    ['is that of its terminal if COLUMNS is larger', 50, '60', 50],
    ['is COLUMNS if the terminal reports none', 0, '120', 120],
    ['is 80 if neither is known', 0, '', 80],
    ['is that of its terminal if COLUMNS is not a number', 100, 'wide', 100],
  ])('%s', (_, columns, asked, expected) => {
    vi.stubEnv('COLUMNS', asked);
    const terminal = { columns, rows: 24, write: vi.fn(), on: vi.fn(), off: vi.fn() };
    expect(new Screen(terminal).columns).toBe(expected);
  });
});

describe('the redrawn lines of a screen', () => {
  const shown = (
    columns: number,
    rows: number,
    options = {},
  ): { terminal: EmulatedTerminal; screen: Screen } => {
    const terminal = new EmulatedTerminal(columns, rows, options);
    const screen = new Screen(terminal);
    onTestFinished(() => {
      screen.clear();
    });
    return { terminal, screen };
  };

  it('stay below printed lines and are cut to the width of the terminal', async () => {
    const { terminal, screen } = shown(10, 8);
    screen.show(() => ['bar one that is too long', 'bar two']);
    screen.print('first');
    screen.print('second, which is too long');
    expect(await terminal.lines()).toEqual([
      'first',
      'second, wh',
      '↪ich is too',
      '↪ long',
      'bar one t…',
      'bar two',
    ]);
  });

  it('are removed without a trace, and the cursor is visible again', async () => {
    const { terminal, screen } = shown(20, 8);
    screen.show(() => ['bar']);
    screen.print('first');
    screen.clear();
    screen.print('second');
    expect(await terminal.lines()).toEqual(['first', 'second']);
    expect(terminal.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      terminal.written.lastIndexOf('\u001b[?25l'),
    );
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  it.each([
    ['does not rewrap lines', false],
    ['rewraps lines', true],
  ])('leave the lines above untouched when a terminal that %s is resized', async (_, reflows) => {
    const { terminal, screen } = shown(60, 12, { reflows });
    screen.show((columns) => ['='.repeat(columns), '-'.repeat(columns)]);
    screen.print('first');
    screen.print('second');
    for (const [columns, rows] of [
      [25, 12],
      [80, 12],
      [7, 5],
      [33, 4],
    ] as const) {
      await terminal.resize(columns, rows);
      expect(await terminal.lines()).toEqual(['first', 'second', '='.repeat(columns), '-'.repeat(columns)]);
    }
  });

  it('leave one row for printed lines', async () => {
    const { terminal, screen } = shown(20, 4);
    screen.show((_, rows) => Array.from({ length: 9 }, (_line, index) => `bar ${index} of ${rows}`));
    screen.print('first');
    screen.print('second');
    expect(await terminal.lines()).toEqual(['first', 'second', 'bar 0 of 3', 'bar 1 of 3', 'bar 2 of 3']);
  });

  it('move below what standard error writes to the same terminal', async () => {
    const { terminal, screen } = shown(20, 5);
    screen.show(() => ['bar']);
    screen.print('first');
    screen.print('error: it failed', {
      write: (text: string) => {
        terminal.write(text);
      },
    });
    expect(await terminal.lines()).toEqual(['first', 'error: it failed', 'bar']);
  });
});
