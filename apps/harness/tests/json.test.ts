import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { workspaceRoot } from '@bit-repro/artifacts';
import { runFiles, runId, RunStore } from '@bit-repro/runs';
import { eventsOf, finish, seeded } from '@bit-repro/runs/testing';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { addCommands } from '../src/addCommands.ts';

const folder = mkdtempSync(join(tmpdir(), 'json-'));
const runs = ['--runs', join(folder, 'runs')];
const ids = [1, 2].map((seed) => runId(seeded(seed)));
const report = 'reports/samples/fig6/report.html';

beforeAll(async () => {
  const store = new RunStore(join(folder, 'runs'));
  const files = { [runFiles.log]: 'first\nlast\n', [runFiles.events]: eventsOf(42) };
  await finish(store, seeded(1), 42, files);
  await finish(store, seeded(2), 43);
  writeFileSync(join(folder, 'bad.yaml'), 'name: bad\nshots: [0]\n');
});

const call = (words: readonly string[]) =>
  execa(process.execPath, [join(workspaceRoot, 'apps/harness/bin/harness.cjs'), ...words, '--json'], {
    cwd: workspaceRoot,
    reject: false,
    // Nothing listens there, so connections fail at once.
    env: { BIT_REPRO_CACHE: join(folder, 'cache'), HTTPS_PROXY: 'http://127.0.0.1:9' },
  });

// Vitest's own are of the type any.
const including = (items: unknown[]): unknown => expect.arrayContaining(items);
const having = (content: object): unknown => expect.objectContaining(content);
const containing = (text: string): unknown => expect.stringContaining(text);
const anyText: unknown = expect.any(String);

/** Commands with --json, and what their one JSON value has. */
const table: [string, string[], number, unknown][] = [
  ['ls', ['ls', ...runs], 0, [{ id: ids[0], state: 'done' }, { id: ids[1] }]],
  ['show', ['show', ids[0]!, ...runs], 0, { id: ids[0], state: 'done', final: { top1: 0.42 } }],
  ['diff', ['diff', ...ids, ...runs] as string[], 0, { 'spec.fineTune.seed': [1, 2] }],
  ['status', ['status', ...runs], 0, { runs: 2, done: 2, absent: 0, unfinished: [] }],
  ['logs', ['logs', ids[0]!, ...runs], 0, ['first', 'last']],
  ['logs --events', ['logs', ids[0]!, '--events', ...runs], 0, [{ kind: 'step', step: 1 }, {}, {}, {}]],
  ['gc', ['gc', ...runs], 0, { runs: [], kept: [], files: [], trash: [] }],
  ['export', ['export', 'no.zip', '--dry-run', ...runs], 0, { runs: ids, reports: [] }],
  [
    'export of a table --rows',
    ['export', 'no.csv', '--rows', 'curves', '--dry-run', ...runs],
    0,
    { runs: ids, rows: 'curves', columns: { seed: 'integer' } },
  ],
  ['plan', ['plan', 'smoke', ...runs], 0, { experiment: 'smoke', totals: { done: 0 } }],
  ['validate', ['validate', 'fig6'], 0, [{ isValid: true, profiles: [{ name: 'paper', runs: 10 }, {}] }]],
  [
    'simulate',
    ['simulate', 'fig6', '--replications', '10'],
    0,
    { experiment: 'fig6', replications: 10, unknown: [] },
  ],
  ['configs', ['configs'], 0, including([having({ name: 'fig6' })])],
  ['verify', ['verify', report], 4, { verdict: 'partly verified', rerun: [] }],
  ['doctor', ['doctor'], 1, { findings: including([{ label: 'Node', value: anyText }]) }],
  ['weights list', ['weights', 'list'], 0, including([having({ name: 'BiT-M-R50x3', state: 'absent' })])],
  [
    'weights show',
    ['weights', 'show', embeddedNetwork.file],
    0,
    { format: 'npz', network: { architecture: 'mini' } },
  ],
];

describe('with --json, standard output is one JSON value', () => {
  it.each(table)('%s', async (_, words, code, expected) => {
    const { stdout, stderr, exitCode } = await call(words);
    expect(exitCode, stderr).toBe(code);
    expect(JSON.parse(stdout)).toMatchObject(expected as object);
  });

  it.each<[string, string[], object]>([
    ['an unknown run', ['show', 'nothing', ...runs], { exitCode: 2, remedy: containing('harness ls') }],
    ['an unknown option', ['ls', '--all'], { exitCode: 2, message: "unknown option '--all'" }],
    ['weights that were not fetched', ['weights', 'verify', 'BiT-S-R50x1'], { exitCode: 2 }],
    ['options that exclude each other', ['logs', ids[0]!, '--follow', ...runs], { exitCode: 2 }],
  ])('also for an error, which standard error has for people: %s', async (_, words, error) => {
    const { stdout, stderr, exitCode } = await call(words);
    expect(JSON.parse(stdout)).toEqual({ error: having(error) });
    expect((JSON.parse(stdout) as { error: { exitCode: number } }).error.exitCode).toBe(exitCode);
    expect(stderr).toMatch(/^error: /);
  });

  it('also for an invalid experiment, with each problem', async () => {
    const { stdout, exitCode } = await call(['validate', join(folder, 'bad.yaml')]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        isValid: false,
        problems: including([having({ line: 2, key: 'shots.0' })]),
      },
    ]);
  });
});

/** Have --json, but need TensorFlow or published weights. */
const elsewhere = ['canary', 'evaluate', 'weights verify'];

it('every command with --json is in the table', () => {
  const program = new Command('harness');
  addCommands(program, { print: () => undefined, signal: new AbortController().signal }, () => undefined);
  const namesIn = (command: CommandUnknownOpts, above: string[] = []): string[] =>
    command.commands.flatMap((one) => {
      const name = [...above, one.name()];
      const has = one.options.some(({ long }) => long === '--json');
      return [...(has ? [name.join(' ')] : []), ...namesIn(one, name)];
    });
  const tested = table.map(([name]) => name).filter((name) => !name.includes('--'));
  expect(namesIn(program).sort()).toEqual([...tested, ...elsewhere].sort());
});
