import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodes, workspaceRoot } from '@bit-repro/artifacts';
import { begin, seeded, temporaryStore } from '@bit-repro/runs/testing';

it.each(['harness', 'upstream-mini'])(
  'a worker of `%s` whose parent exits before it has started ends at once',
  async (app) => {
    const folder = await begin(temporaryStore(), seeded(1));
    const program = join(workspaceRoot, `apps/${app}/bin/${app}.cjs`);
    const worker = spawn(process.execPath, [program, 'worker', folder], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    worker.disconnect();
    expect(await once(worker, 'exit')).toEqual([exitCodes.interrupted, null]);
  },
);
