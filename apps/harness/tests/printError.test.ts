import { ExplainedError, InputError, OutsideError, type ExitCode } from '@bit-repro/artifacts';
import { GraphError } from '@bit-repro/engine';
import { UnusableNumbersError } from '@bit-repro/metrics';
import { NotFiniteError } from '@bit-repro/model';
import { UnusableStateError } from '@bit-repro/trainer';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigError } from '@bit-repro/experiment';
import { SlurmCommandError } from '@bit-repro/slurm';
import { RunFileError } from '@bit-repro/runs';
import { printError } from '@bit-repro/terminal';

let written = '';
beforeEach(() => {
  written = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
});

it('an error shows control sequences in its message as text, and indents its lines', () => {
  const name = 'a\u001b]52;c;aGk=\u0007\nverified\u202e.json';
  const { exitCode } = printError(new InputError(`Expected no ${name}`, `Remove ${name}.`), { debug: false });
  expect(exitCode).toBe(2);
  expect(written).toBe(
    String.raw`error: Expected no a\u001b]52;c;aGk=\u0007
  verified\u202e.json
Remove a\u001b]52;c;aGk=\u0007
  verified\u202e.json.
`,
  );
});

it('an unforeseen error does so too, with its stack and its causes', () => {
  const cause = new Error('deep\u009b\nverified');
  printError(new Error('high\u009b\nverified', { cause }), { debug: true });
  expect(written).toContain(String.raw`error: high\u009b`);
  expect(written).toContain(String.raw`caused by: Error: deep\u009b`);
  expect(written).not.toMatch(/\u009b|^verified/m);
});

it.each<[string, unknown, ExitCode, RegExp]>([
  ['a failed check', new ExplainedError('no', 'Do so.'), 1, /^error: no\nDo so\.\n$/],
  ['bad input', new InputError('no', 'Do so.'), 2, /^error: no\nDo so\.\n$/],
  ['an outside failure', new OutsideError('no', 'Do so.'), 3, /^error: no\nDo so\.\n$/],
  [
    'an invalid config',
    new ConfigError([{ file: 'a.yaml', key: 'b', expected: 'c', found: 'd', remedy: 'Write c.' }]),
    2,
    /a\.yaml: b: expected c, found d\n.*Write c\.\nNothing was run/,
  ],
  ['a damaged run', new RunFileError('damaged', 'no'), 2, /Run its experiment again/],
  ['an unreadable run', new RunFileError('unreadable', 'no'), 3, /Check the disk/],
  ['a silent controller', new SlurmCommandError('no', false), 3, /when the controller answers/],
  ['a scheduler that refuses', new SlurmCommandError('no', true), 3, /Correct what Slurm reports/],
  ['a graph that cannot be run', new GraphError('no', 'Do so.'), 3, /Do so/],
  ['weights that are not finite', new NotFiniteError('no', 'Do so.'), 1, /Do so/],
  ['an unusable checkpoint', new UnusableStateError('another'), 1, /The run starts again/],
  [
    'a folder without permission',
    Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open', path: '/there' }),
    3,
    /^error: Could not use \/there \(EACCES\)\nMake the folder writable/,
  ],
  ['a bug in the program', new Error('no'), 70, /Please report it with the lines below\.\nError: no/],
  ['unusable numbers without an explanation', new UnusableNumbersError('no'), 70, /report/],
])('%s is printed with its remedy and gives the right exit code', (_, error, code, said) => {
  expect(printError(error, { debug: false }).exitCode).toBe(code);
  expect(written).toMatch(said);
});

it('a thrown value that is not an error is printed, too', () => {
  expect(printError('only a text\u009b', { debug: false }).exitCode).toBe(70);
  expect(written).toContain(String.raw`only a text\u009b`);
});
