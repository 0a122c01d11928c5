import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fine, workspaceRoot } from '@bit-repro/artifacts';
import { queuePlugin } from '../launcher/queuePlugin.ts';
import { WorkspaceCopy } from '../testing/workspaceCopy.ts';

describe('a launcher that was added', () => {
  let workspace: WorkspaceCopy;
  beforeAll(() => {
    workspace = new WorkspaceCopy({
      files: {
        'packages/queue/src/index.ts': 'launcher/queuePlugin.ts',
        'configs/queue.yaml': 'launcher/queue.yaml',
        'bin/queue': 'testing/queue.sh',
      },
      patch: 'launcher/register.patch',
    });
    const like = (name: string): string =>
      readFileSync(join(workspaceRoot, 'packages/slurm', name), 'utf8').replaceAll('slurm', 'queue');
    writeFileSync(join(workspace.folder, 'packages/queue/package.json'), like('package.json'));
    mkdirSync(join(workspace.folder, 'queued'));
  });
  beforeEach(() => {
    vi.stubEnv('PATH', [join(workspace.folder, 'bin'), process.env.PATH].join(delimiter));
    vi.stubEnv('QUEUE_FOLDER', join(workspace.folder, 'queued'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('carries runs out for the machines that its section describes', async () => {
    const said = await workspace.harness(['run', 'configs/queue.yaml', '--launcher', 'queue']);
    expect(said).toContain('as many jobs at a time as the queue begins');
    const [run] = readdirSync(join(workspace.folder, 'runs')).filter((name) => !name.startsWith('.'));
    const folder = join(workspace.folder, 'runs', run!);
    expect(readdirSync(folder)).toContain('seal.json');
    expect(readdirSync(folder)).not.toContain('ticket.json');
    const spec = JSON.parse(readFileSync(join(folder, 'spec.json'), 'utf8')) as { engine: object };
    expect(spec.engine).toMatchObject({ threads: 2 });
  });

  it('takes back what it sent', async () => {
    const { stdout: nothing } = await execa('queue', ['add', 'job', '/dev/null', 'sleep', '60']);
    expect(nothing).toBe('');
    const tickets = ['job', 'another'].map((job) => ({ launcher: 'queue', job, outlives: true }));
    await vi.waitFor(async () => {
      expect(await queuePlugin.cancel(tickets)).toBe(1);
    });
    await vi.waitFor(async () => {
      expect(await queuePlugin.examine()).toEqual([fine('Queue', '0 jobs')]);
    });
  });
});
