import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { exitCodes } from '@bit-repro/artifacts';

const script = fileURLToPath(new URL('stoppable.ts', import.meta.url));

it.each<[string, (worker: ChildProcess) => void]>([
  ['SIGINT', (worker) => worker.kill('SIGINT')],
  ['SIGTERM', (worker) => worker.kill('SIGTERM')],
  [
    'the exit of its parent, when sending it a message fails',
    (worker) => {
      worker.disconnect();
    },
  ],
])('a worker stops in order on %s', async (_, stop) => {
  const worker = fork(script, { execArgv: ['--import', 'tsx'] });
  await once(worker, 'message');
  stop(worker);
  expect(await once(worker, 'exit')).toEqual([exitCodes.interrupted, null]);
});
