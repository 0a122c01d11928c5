import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { begin, finish, seeded, temporaryStore } from '@bit-repro/runs/testing';

it('the finished runs of a store are printed as CSV', async () => {
  const store = temporaryStore();
  await finish(store, seeded(0), 48.25);
  await finish(store, seeded(1, { model: 'a, "b"' }), 50);
  await begin(store, seeded(2));
  const script = join(workspaceRoot, 'examples/export/print.ts');
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', script, store.folder], {
    cwd: workspaceRoot,
  });
  expect(stdout.split('\n')).toEqual([
    'run,model,shots,seed,top1,seconds',
    expect.stringMatching(/^a-b-1shot-seed1-[0-9a-f]{12},"a, ""b""",1,1,0\.5,10$/),
    expect.stringMatching(/^mini-1shot-seed0-[0-9a-f]{12},mini,1,0,0\.4825,10$/),
  ]);
});
