import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { RunStore } from '@bit-repro/runs';
import { finish, seeded } from '@bit-repro/runs/testing';

const home = mkdtempSync(join(tmpdir(), 'home-'));
const outside = join(home, 'work');
const inside = join(workspaceRoot, 'packages');
const harness = join(workspaceRoot, 'apps/harness/bin/harness.cjs');

const call = (cwd: string, words: readonly string[]) =>
  execa(process.execPath, [harness, ...words], { cwd, env: { HOME: home }, reject: false });

beforeAll(async () => {
  await finish(new RunStore(join(home, 'store')), seeded(1), 42);
  mkdirSync(outside);
  cpSync(join(workspaceRoot, 'configs/smoke.yaml'), join(outside, 'mine.yaml'));
  writeFileSync(join(outside, 'bad.yaml'), 'name: bad\n');
});

describe('a typed path is relative to the current folder', () => {
  it.each<[string, string[], RegExp]>([
    ['--runs', ['ls', '--runs', '../store'], /42\.00 %/],
    ['--runs with a ~ that no shell has expanded', ['ls', '--runs=~/store'], /42\.00 %/],
    ['an experiment', ['validate', 'mine.yaml'], /mine\.yaml/],
    ['an experiment by ~', ['validate', '~/work/mine.yaml'], /mine\.yaml/],
    ['an archive', ['export', 'all.zip', '--runs', '../store'], /^all\.zip: 1 run/m],
    ['an archive by ~', ['export', '~/work/other.zip', '--runs', '../store'], /other\.zip: 1 run/],
    [
      'the store of an import',
      ['import', 'all.zip', '--runs', 'taken', '--reports', 'pages'],
      /^1 run: 1 imported/m,
    ],
  ])('outside the project: %s', async (_, words, told) => {
    const { stdout, stderr, exitCode } = await call(outside, words);
    expect(stdout, stderr).toMatch(told);
    expect(exitCode).toBe(0);
  });

  it.each<[string, string[], RegExp]>([
    ['a page to verify', ['verify', 'no.html'], /work\/no\.html/],
    ['an archive to verify from', ['verify', 'no.html', '--archive', 'no.zip'], /work\/no\.zip/],
    ['a report for a comment', ['comment', 'no-report'], /work\/no-report/],
    ['an experiment to run', ['run', 'bad.yaml'], /^ {2}bad\.yaml:/m],
    ['the folder of a worker', ['worker', 'no-run'], /no-run is not the folder of a run/],
    ['weights', ['evaluate', '--model', 'mini', '--weights', 'no.npz'], /no\.npz/],
    ['a store', ['ls', '--runs', 'no-store'], /The run store .*\/work\/no-store does not exist/],
  ])('and errors name the resolved path: %s', async (_, words, told) => {
    const { stderr, exitCode } = await call(outside, words);
    expect(stderr).toMatch(told);
    expect(exitCode).not.toBe(0);
  });

  it('and an error leaves nothing behind', () => {
    expect(readdirSync(outside).filter((name) => name.startsWith('no'))).toEqual([]);
  });

  it('in a folder of the project: --runs', async () => {
    const { stderr } = await call(inside, ['ls', '--runs', 'no-store']);
    expect(stderr).toContain(join(inside, 'no-store'));
  });

  it('and defaults belong to the project, wherever the command is run', async () => {
    const { stdout } = await call(outside, ['ls', '--help']);
    expect(stdout).toMatch(/\(default:\s+runs,\s+in\s+this\s+project\)/);
  });
});
