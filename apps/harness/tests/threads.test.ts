import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workspaceRoot } from '@bit-repro/artifacts';

const folder = mkdtempSync(join(tmpdir(), 'threads-'));
const preload = join(folder, 'preload.cjs');

beforeAll(() => {
  // At its end a process tells how many threads it has, and what its children would get.
  writeFileSync(
    preload,
    `require('node:os').availableParallelism = () => Number(process.env.PROCESSORS);
     process.on('exit', () => {
       const tasks = require('node:fs').readdirSync('/proc/self/task').length;
       require('node:fs').writeSync(2, JSON.stringify([tasks, process.env.UV_THREADPOOL_SIZE ?? 'unset']));
     });`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The threads of a program on a machine of so many processors, and the variable that its children get. */
async function threadsOf(program: string, processors: number, size?: string): Promise<[number, string]> {
  const { stderr } = await execa(process.execPath, ['--require', preload, program, '--help'], {
    cwd: workspaceRoot,
    env: { PROCESSORS: String(processors), UV_THREADPOOL_SIZE: size },
  });
  return JSON.parse(stderr) as [number, string];
}

describe
  .runIf(platform() === 'linux')
  .each(['apps/harness/bin/harness.cjs', 'apps/upstream-mini/bin/upstream-mini.cjs'])('%s', (program) => {
  it('decodes on as many threads as the machine has processors, four at least, without telling its children', async () => {
    const [one] = await threadsOf(program, 1, '1');
    expect(await threadsOf(program, 13)).toEqual([one + 12, 'unset']);
    expect(await threadsOf(program, 2)).toEqual([one + 3, 'unset']);
  });

  it('decodes on as many threads as its user says', async () => {
    const [one] = await threadsOf(program, 13, '1');
    expect(await threadsOf(program, 13, '7')).toEqual([one + 6, '7']);
  });
});

it('the workers of a Kubernetes job are this program', () => {
  const manifest: unknown = parse(readFileSync(join(workspaceRoot, 'docs/kubernetes/run.yaml'), 'utf8'));
  expect(manifest).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [{ command: expect.arrayContaining(['apps/harness/bin/harness.cjs']) as unknown }],
        },
      },
    },
  });
});
