import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadExperiment } from '@bit-repro/experiment';
import { storeFolders } from '../../src/store/ownership.ts';
import { writePlan } from '../../src/store/plans.ts';
import { runId, runKey } from '../../src/store/runKey.ts';
import { workspaceRoot } from '@bit-repro/artifacts';
import { runSpec } from '../../testing/sampleRuns.ts';
import { temporaryStore } from '../../testing/storedRuns.ts';

it('a stored plan contains no secrets and no private paths', async () => {
  const { folder } = temporaryStore();
  const { origin } = await loadExperiment(join(workspaceRoot, 'configs/smoke.yaml'));
  const config = {
    ...origin,
    set: ['token=abc'],
    content: { ...origin.content, settings: { weights: { file: join(homedir(), 'w.npz') } } },
  };
  await writePlan(folder, { experiment: 'smoke', profile: 'embedded', config }, [runSpec()]);
  const [name] = readdirSync(join(folder, storeFolders.plans));
  expect(JSON.parse(readFileSync(join(folder, storeFolders.plans, name!), 'utf8'))).toMatchObject({
    config: {
      files: [{ file: './configs/smoke.yaml', sha256: origin.files[0]!.sha256 }],
      set: ['token=[redacted]'],
      content: { settings: { weights: { file: '~/w.npz' } } },
    },
    runs: [{ id: runId(runSpec()), key: runKey(runSpec()) }],
  });
});

it('the name of a stored plan fits the file system, however long the experiment’s name is', async () => {
  const { origin } = await loadExperiment(join(workspaceRoot, 'configs/smoke.yaml'));
  const { folder: store } = temporaryStore();
  const experiment = 'a'.repeat(64);
  await writePlan(store, { experiment, profile: 'paper', config: origin }, []);
  const [plan] = readdirSync(join(store, storeFolders.plans));
  const staged = [
    `.${plan!}.${randomUUID()}`,
    `.${experiment}.staging-${randomUUID()}.lock`,
    `${experiment}.old-100000`,
  ];
  for (const file of staged) expect(file.length).toBeLessThan(255);
});
