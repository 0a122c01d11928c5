import { beforeEach, describe, expect, it, vi } from 'vitest';
import { inert, painted, wantsColour } from '../src/colour.ts';
import { tableLines } from '../src/table.ts';

const good = '\u001b[32mdone\u001b[39m';

beforeEach(() => {
  vi.stubEnv('FORCE_COLOR', '1');
  return () => {
    vi.unstubAllEnvs();
  };
});

describe('a painted text', () => {
  it('has a style only where there is colour', () => {
    expect(painted('done', 'good')).toBe(good);
    vi.stubEnv('FORCE_COLOR', '0');
    expect(painted('done', 'good')).toBe('done');
  });

  it('is printed with its style on a stream with colour, and without on another', () => {
    const text = `a ${painted('done', 'good')}`;
    expect(inert(text, true)).toBe(`a ${good}\u001b[0m`);
    expect(inert(text, false)).toBe('a done');
  });

  it.each([true, false])('shows other control sequences as text (colour: %s)', (hasColour) => {
    expect(inert('a\u001b[2J\u001b[8m\u009b', hasColour)).toBe(String.raw`a\u001b[2J\u001b[8m\u009b`);
  });

  it('cannot colour what is printed after it', () => {
    expect(inert('\u001b[31mred', true)).toMatch(/red\u001b\[0m$/);
  });
});

describe('colour', () => {
  const terminal = { isTTY: true };
  const pipe = {};

  it.each<[boolean, string, object, string[], NodeJS.ProcessEnv]>([
    [true, 'on a terminal', terminal, [], {}],
    [false, 'in a pipe', pipe, [], {}],
    [false, 'in the log of a CI job, though it has a terminal', terminal, [], { CI: 'true' }],
    [true, 'where CI is set to false', terminal, [], { CI: 'false' }],
    [false, 'on a dumb terminal', terminal, [], { TERM: 'dumb' }],
    [false, 'with NO_COLOR', terminal, [], { NO_COLOR: '1' }],
    [true, 'with an empty NO_COLOR', terminal, [], { NO_COLOR: '' }],
    [true, 'in a pipe with FORCE_COLOR', pipe, [], { FORCE_COLOR: '1' }],
    [true, 'in the log of a CI job with FORCE_COLOR', pipe, [], { CI: 'true', FORCE_COLOR: '' }],
    [false, 'with FORCE_COLOR=0', terminal, [], { FORCE_COLOR: '0' }],
    [true, 'with FORCE_COLOR and NO_COLOR', terminal, [], { FORCE_COLOR: '1', NO_COLOR: '1' }],
    [false, 'with --no-color, whatever FORCE_COLOR says', terminal, ['--no-color'], { FORCE_COLOR: '1' }],
    [true, 'with --color, whatever NO_COLOR says', pipe, ['ls', '--color'], { NO_COLOR: '1' }],
    [false, 'with the last of both options', terminal, ['--color', '--no-color'], {}],
  ])('is %s %s', (expected, _, stream, words, env) => {
    expect(wantsColour(stream, words, env)).toBe(expected);
  });
});

describe('the cells of a table', () => {
  const rows = [
    ['run', 'state', 'top-1'],
    ['a', 'done', '9.00 %'],
    ['longer', 'failed', '10.00 %'],
  ];
  const style = (cell: string) => (cell === 'done' ? ('good' as const) : undefined);

  it('are as wide in colour as without', () => {
    const plain = tableLines(rows, { right: [2], columns: 80 });
    const lines = tableLines(rows, { right: [2], columns: 80, style });
    expect(lines[1]).toBe(plain[1]!.replace('done', good));
    expect(lines.map((line) => line.replace(good, 'done'))).toEqual(plain);
  });

  it('keep their style where they are below each other', () => {
    expect(tableLines(rows, { columns: 12, style })).toContain(`  ${good}`);
  });
});
