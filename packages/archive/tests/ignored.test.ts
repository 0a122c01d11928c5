import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { makeStore } from '@bit-repro/runs';
import { publishFolder, writeFileAtomic, workspaceRoot } from '@bit-repro/artifacts';

/** What git reports as untracked in a new checkout while `write` is running, as if it were killed then. */
async function untrackedDuring(
  write: (checkout: string, during: () => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const checkout = mkdtempSync(join(tmpdir(), 'bit-repro-ignored-'));
  onTestFinished(() => {
    rmSync(checkout, { recursive: true });
  });
  copyFileSync(join(workspaceRoot, '.gitignore'), join(checkout, '.gitignore'));
  await execa('git', ['init', '--quiet'], { cwd: checkout });
  let untracked: string[] = [];
  await write(checkout, async () => {
    expect(readdirSync(checkout)).not.toEqual(['.git', '.gitignore']);
    const { stdout } = await execa('git', ['status', '--porcelain', '--untracked-files=all'], {
      cwd: checkout,
    });
    untracked = stdout.split('\n');
  });
  return untracked;
}

it.each([
  ['ignores the reports of a user', 'reports', []],
  ['ignores their list', 'reports/README.md', []],
  ['keeps the samples', 'reports/samples', ['?? reports/samples/fig6/report.html']],
])('git %s', async (_, path, expected) => {
  const untracked = await untrackedDuring(async (checkout, during) => {
    const isFile = path.endsWith('.md');
    await writeFileAtomic(join(checkout, isFile ? path : `${path}/fig6/report.html`), '');
    await during();
  });
  expect(untracked).toEqual(['?? .gitignore', ...expected]);
});

it('git ignores a run store in a folder of any name', async () => {
  const untracked = await untrackedDuring(async (checkout, during) => {
    await makeStore(join(checkout, 'elsewhere'));
    await during();
  });
  expect(untracked).toEqual(['?? .gitignore']);
});

it('git ignores the file that a killed process was about to publish in a report', async () => {
  const untracked = await untrackedDuring(async (checkout, during) => {
    async function* page(): AsyncGenerator<string> {
      yield '<!doctype html>';
      await during();
    }
    await writeFileAtomic(join(checkout, 'reports/fig6/report.html'), page());
  });
  expect(untracked).toEqual(['?? .gitignore']);
});

it('git ignores the report that a killed import was about to publish', async () => {
  const untracked = await untrackedDuring((checkout, during) =>
    publishFolder(join(checkout, 'reports/fig6'), async (staging) => {
      await writeFileAtomic(join(staging, 'report.html'), '<!doctype html>');
      await during();
    }),
  );
  expect(untracked).toEqual(['?? .gitignore']);
});
