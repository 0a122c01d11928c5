import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { cacheRoot, publishFolder, UnavailableError, workspaceRoot } from '@bit-repro/artifacts';
import { fromNetwork } from '@bit-repro/artifacts/testing';
import { runFiles } from '@bit-repro/runs';
import { eventsOf, finish, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { exportCommand } from '../src/commands/export.ts';

const page = readFileSync(join(workspaceRoot, 'docs/export.md'), 'utf8');

/** The code of the page under the name of the comment before it. */
function snippet(name: string): string {
  const [, code] = new RegExp(`<!-- snippet: ${name} -->\\n\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page) ?? [];
  if (code === undefined) throw new Error(`Expected a snippet ${name} in docs/export.md, found none`);
  return code;
}

const requirements = ['pandas>=2', 'fastparquet', 'matplotlib'];

/** A folder with these packages, for PYTHONPATH. */
async function installPackages(): Promise<string> {
  const digest = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 12);
  const folder = join(cacheRoot(), `python-for-tests-${digest}`);
  await publishFolder(folder, async (staging) => {
    const line = ['-m', 'pip', 'install', '--quiet', '--target', staging, ...requirements];
    const { failed, stderr } = await execa('python3', line, { reject: false });
    if (failed) throw new UnavailableError(`pip could not install pandas: ${stderr}`, 'See what pip says.');
  });
  return folder;
}

const packages = await fromNetwork('pandas', installPackages, (folder) => ({ folder }));

/** A folder in which `runs` and `curves` of four runs were exported, as CSV and as Parquet. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  return () => {
    rmSync(folder, { recursive: true });
  };
});

async function exportTables(): Promise<void> {
  const store = temporaryStore();
  for (const [seed, top1] of [40, 50, 54].entries())
    await finish(store, seeded(seed), top1, { [runFiles.events]: eventsOf(top1) });
  const arm = { name: 'other', title: 'Another, "quoted"' };
  const other = seeded(0, { arm, sources: '2'.repeat(64) });
  await finish(store, other, 61, { [runFiles.events]: eventsOf(61) });
  const context = { print: () => undefined, signal: new AbortController().signal };
  for (const rows of ['runs', 'curves'] as const) {
    for (const ending of ['csv', 'parquet']) {
      const options = { runs: store.folder, reports: folder, profile: 'auto', rows };
      await exportCommand(join(folder, `${rows}.${ending}`), [], options, context);
    }
  }
}

/** Runs a program on the snippet, and returns what it printed. */
async function output(program: string, name: string, env: Record<string, string> = {}): Promise<string> {
  await exportTables();
  const file = join(folder, `${name}.txt`);
  writeFileSync(file, snippet(name));
  const { stdout, stderr, exitCode } = await execa(program, [file], { cwd: folder, env, reject: false });
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

it('pandas reads runs as the page says', async () => {
  const printed = await output('python3', 'pandas', { PYTHONPATH: packages.folder });
  expect(printed).toMatch(/^other +1 +1 +61\.0 +61\.0 +NaN$/m);
  expect(printed).toMatch(/^rule +1 +3 +50\.0 +48\.0 +7\.21$/m);
});

it('a notebook draws curves as the page says', async () => {
  await output('python3', 'notebook', { PYTHONPATH: packages.folder, MPLBACKEND: 'agg' });
});

it('R reads runs as the page says', async ({ skip }) => {
  if ((await execa('Rscript', ['--version'], { reject: false })).failed) return skip('R is not installed');
  const printed = await output('Rscript', 'R');
  expect(printed).toMatch(/rule +1 +50$/m);
  expect(printed).toMatch(/other +1 +61$/m);
});

it.for([
  ['mlflow', 'mlflow.db'],
  ['wandb', 'wandb'],
] as const)('%s takes runs and curves as the page says', async ([name, left], { skip }) => {
  const isThere = !(await execa('python3', ['-c', `import ${name}, pandas`], { reject: false })).failed;
  if (!isThere) return skip(`${name} or pandas is not installed`);
  await output('python3', name, { MLFLOW_TRACKING_URI: `sqlite:///${join(folder, 'mlflow.db')}` });
  expect(readdirSync(folder)).toContain(left);
});
