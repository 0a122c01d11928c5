import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { reportRuns } from '../../src/commands/reportRuns.ts';
import { loadExperiment, resolveRuns } from '@bit-repro/experiment';
import { RunStore, withoutSecrets } from '@bit-repro/runs';
import { workspaceRoot } from '@bit-repro/artifacts';
import { madeUpRecord } from '@bit-repro/report/testing';

it("a run's files name no private folders and no secrets", async () => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('MY_TOKEN', 'a-token-of-mine');
  onTestFinished(() => void vi.unstubAllEnvs());
  const config = join(home, 'mine.yaml');
  const arm = (name: string, folder: string): string =>
    `  - { name: ${name}, model: mini, weights: { file: ${join(folder, 'w.npz')} } }`;
  const base = join(workspaceRoot, 'configs/smoke.yaml');
  writeFileSync(
    config,
    `extends: ${base}\nname: mine\nseeds: [0, 1]\narms:\n${arm('home', home)}\n${arm('here', workspaceRoot)}\n`,
  );
  const experiment = await loadExperiment(config);
  const planned = resolveRuns(experiment, 'embedded');
  const [lost, ...done] = planned;
  const records = done.map((run) => {
    const record = madeUpRecord(run, 1000);
    const given = { ...record.provenance, configFile: config, set: [`name=a-token-of-mine`] };
    return { ...record, ...withoutSecrets({ provenance: given, diff: undefined }) };
  });
  const reason = `no ${join(home, 'w.npz')}: see ${join(workspaceRoot, 'runs/x')}, a-token-of-mine`;
  const folder = join(home, 'reports', 'mine');
  await reportRuns(
    {
      experiment,
      profile: 'embedded',
      planned,
      records,
      failures: [{ run: lost!, reason }],
      generatedAt: new Date('2030-01-02T03:04:05Z'),
      store: new RunStore(join(home, 'runs')),
      folder,
    },
    () => undefined,
  );
  const names = readdirSync(folder).filter((name) => !name.endsWith('.png'));
  const text = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  expect(names).toContain('data.json');
  expect(text).toContain('no ~/w.npz: see ./runs/x, [redacted]');
  expect(text).toContain('~/w.npz, not published weights');
  for (const own of [home, resolve(workspaceRoot), 'a-token-of-mine']) expect(text).not.toContain(own);
});
