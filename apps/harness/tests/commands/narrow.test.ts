import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { gc } from '../../src/commands/gc.ts';
import { ls } from '../../src/commands/ls.ts';
import { showRun } from '../../src/commands/show.ts';
import { status } from '../../src/commands/status.ts';
import type * as printing from '@bit-repro/terminal';
import { runFiles, runId, toJson, type RunStore } from '@bit-repro/runs';
import { begin, finish, hold, seeded, temporaryStore, writeHeartbeat } from '@bit-repro/runs/testing';

const terminal = vi.hoisted(() => ({ columns: Infinity }));
vi.mock('../../../../packages/terminal/src/print.ts', async (original) => ({
  ...(await original<typeof printing>()),
  terminalColumns: () => terminal.columns,
}));

const arm = { name: 'base-lr-0.003-momentum-0.9', title: '' };
const spec = (seed: number): ReturnType<typeof seeded> => seeded(seed, { arm });
let store: RunStore;
let printed: string[];
const context = {
  print: (text: string): void => void printed.push(...text.split('\n')),
  signal: new AbortController().signal,
};
const options = (): { runs: string; json: false } => ({ runs: store.folder, json: false });

beforeEach(() => {
  store = temporaryStore();
  printed = [];
});

describe.each([80, 60, 40])('in %d columns', (columns) => {
  beforeEach(() => {
    terminal.columns = columns;
  });

  const expectToFit = (...needed: string[]): void => {
    for (const line of printed) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    for (const text of needed) expect(printed.join('\n')).toContain(text);
  };

  it('ls shows each run, its arm and its accuracy', async () => {
    await finish(store, spec(1), 42);
    await finish(store, spec(2), 7);
    await ls(options(), context);
    expectToFit(runId(spec(1)), runId(spec(2)), arm.name, '42.00 %', ' 7.00 %', 'done', '2 runs');
  });

  it('status shows each running run, its arm, its step and its last heartbeat', async () => {
    const folder = await begin(store, spec(2));
    hold(folder);
    writeHeartbeat(folder, new Date());
    await status(undefined, { ...options(), profile: 'auto' }, context);
    expectToFit(`  ${runId(spec(2))}`, arm.name, 'step 20/500', 'heard from');
  });

  it('diff shows both values', async () => {
    await finish(store, spec(1), 40);
    await finish(store, spec(2), 41);
    await diff(
      ['mini-1shot-seed1', 'mini-1shot-seed2'],
      { ...options(), profile: 'auto', all: false },
      context,
    );
    expectToFit(runId(spec(1)), runId(spec(2)), 'result.final.top1', '0.4', '0.41');
  });

  it('show prints all settings of a run', async () => {
    await finish(store, spec(1), 42);
    await showRun('mini', options(), { ...context, print: (text) => void printed.push(text) });
    // `print` wraps the lines of text.
    printed = printed.join('\n').split('\n').slice(3);
    expectToFit('fineTune.baseLr', 'fineTune.schedule', '[100,200,300,400,500]');
  });

  it('gc shows the size and the reason of each run', async () => {
    const folder = await begin(store, spec(1));
    writeFileSync(join(folder, runFiles.error), toJson({ message: 'There was no memory left for it' }));
    const what = { delete: false, finished: false, emptyTrash: false, yes: false };
    await gc({ runs: store.folder, ...what }, context);
    printed.pop();
    expectToFit(runId(spec(1)), 'KiB', 'failed:');
  });
});

it('ls shows everything if there is no terminal', async () => {
  terminal.columns = Infinity;
  await finish(store, spec(1), 42);
  await ls(options(), context);
  expect(printed[0]).toMatch(/^run +experiment +arm +shots +seed +top-1 +state +when \(UTC\) +commit$/);
});
