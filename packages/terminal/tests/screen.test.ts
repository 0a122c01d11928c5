import { afterEach, describe, expect, it, vi } from 'vitest';
import { Screen } from '../src/screen.ts';
import { EmulatedTerminal } from '../testing/emulated.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a screen is as wide as', () => {
  it.each([
    ['its terminal', 100, '', 100],
    ['COLUMNS where that is less', 100, '60', 60],
    ['its terminal where COLUMNS is from before it was made narrower', 50, '60', 50],
    ['COLUMNS where the terminal does not say', 0, '120', 120],
    ['most are where nothing says', 0, '', 80],
    ['its terminal where COLUMNS is no number', 100, 'wide', 100],
  ])('%s', (_, columns, asked, expected) => {
    vi.stubEnv('COLUMNS', asked);
    const terminal = { columns, rows: 24, write: vi.fn(), on: vi.fn(), off: vi.fn() };
    expect(new Screen(terminal).columns).toBe(expected);
  });
});

describe('the lines of a screen that change', () => {
  const shown = (
    columns: number,
    rows: number,
    options = {},
  ): { terminal: EmulatedTerminal; screen: Screen } => {
    const terminal = new EmulatedTerminal(columns, rows, options);
    return { terminal, screen: new Screen(terminal) };
  };

  it('stay below what is printed, and are cut to the terminal', async () => {
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

  it('leave no trace, and the cursor visible', async () => {
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
    ['breaks no lines', false],
    ['breaks them', true],
  ])(
    'touch nothing above them when a terminal that %s becomes narrower, wider and lower',
    async (_, reflows) => {
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
    },
  );

  it('leave a row of what was printed in sight', async () => {
    const { terminal, screen } = shown(20, 4);
    screen.show((_, rows) => Array.from({ length: 9 }, (_line, index) => `bar ${index} of ${rows}`));
    screen.print('first');
    screen.print('second');
    expect(await terminal.lines()).toEqual(['first', 'second', 'bar 0 of 3', 'bar 1 of 3', 'bar 2 of 3']);
  });

  it('make way for what is written to the same terminal by standard error', async () => {
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
