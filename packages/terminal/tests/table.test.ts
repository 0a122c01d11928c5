import { describe, expect, it } from 'vitest';
import { tableLines } from '../src/table.ts';

const runs = [
  ['run', 'arm', 'seed', 'top-1', 'commit'],
  ['mini-1shot-seed0-0123456789ab', 'rule', 0, '10.09 %', 'abcdef0'],
  ['mini-1shot-seed1-ba9876543210', 'r漢字', 1, '9.00 %', 'abcdef0'],
];
const listed = (columns: number): string[] => tableLines(runs, { right: [2, 3], spare: [2, 4], columns });

describe('a table', () => {
  it('shows all columns if they fit or there is no terminal', () => {
    expect(listed(Infinity)).toEqual([
      'run                            arm    seed    top-1  commit',
      'mini-1shot-seed0-0123456789ab  rule      0  10.09 %  abcdef0',
      'mini-1shot-seed1-ba9876543210  r漢字     1   9.00 %  abcdef0',
    ]);
    expect(listed(60)).toEqual(listed(Infinity));
  });

  it.each([
    [59, 'run arm top-1 commit'],
    [54, 'run arm top-1 commit'],
    [53, 'run arm top-1'],
    [45, 'run arm top-1'],
  ])('leaves out spare columns in order at %d columns', (columns, head) => {
    expect(listed(columns)[0]!.split(/ +/).join(' ')).toBe(head);
  });

  it('puts the other cells below the first if nothing more can be left out', () => {
    expect(listed(40)).toEqual([
      'run',
      '  arm    seed    top-1  commit',
      'mini-1shot-seed0-0123456789ab',
      '  rule      0  10.09 %  abcdef0',
      'mini-1shot-seed1-ba9876543210',
      '  r漢字     1   9.00 %  abcdef0',
    ]);
  });

  it('keeps every required cell, however narrow the terminal', () => {
    for (let columns = 60; columns > 8; columns -= 1) {
      const all = listed(columns).join('').replace(/\s/g, '');
      for (const needed of ['mini-1shot-seed0-0123456789ab', 'rule', '10.09%']) expect(all).toContain(needed);
    }
  });

  it.each([
    [50, ['baseLr  0.003', 'device  An accelerator of a name that goes on and', '        on']],
    [28, ['baseLr  0.003', 'device', '  An accelerator of a name', '  that goes on and on']],
  ])('wraps a last column of text at %d columns', (columns, lines) => {
    const rows = [
      ['baseLr', 0.003],
      ['device', 'An accelerator of a name that goes on and on'],
    ];
    expect(tableLines(rows, { text: true, columns })).toEqual(lines);
  });

  it('is indented as requested', () => {
    expect(tableLines([['first', 'second']], { indent: 2, columns: 10 })).toEqual(['  first', '    second']);
  });

  it('stacks cells that are too long to stand side by side', () => {
    const rows = [
      ['', 'one-run', 'other-run'],
      ['key', '0123456789', '9876543210'],
    ];
    expect(tableLines(rows, { columns: 16 })).toEqual([
      '  one-run',
      '  other-run',
      'key',
      '  0123456789',
      '  9876543210',
    ]);
  });

  it('is not stretched by one long cell', () => {
    const rows = [
      ['key', 'x'.repeat(150), 'short'],
      ['other', 'short', 'x'],
    ];
    expect(tableLines(rows).map((line) => line.length)).toEqual([164, 74]);
  });

  it('without rows has no lines', () => {
    expect(tableLines([])).toEqual([]);
  });
});
