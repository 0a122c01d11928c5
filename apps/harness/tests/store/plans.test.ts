import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadExperiment } from '../../src/config/index.ts';
import { storeFolders } from '../../src/store/ownership.ts';
import { writePlan } from '../../src/store/plans.ts';
import { runId, runKey } from '../../src/store/runKey.ts';
import { workspaceRoot } from '../../src/workspace.ts';
import { runSpec } from '../sampleRuns.ts';
import { temporaryStore } from './storedRuns.ts';

it('keeps a plan without secrets and without what is only on this machine', async () => {
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
