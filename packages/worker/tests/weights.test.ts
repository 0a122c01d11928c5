import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { digestFile, workspaceRoot } from '@bit-repro/artifacts';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { weightsChoice, loadExperiment } from '@bit-repro/experiment';
import { weightsDigest, weightsFile } from '@bit-repro/runs';
import { startingWeights } from '../src/compute.ts';
import { runSpec } from '@bit-repro/runs/testing';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  vi.stubEnv('HOME', home);
  onTestFinished(() => void vi.unstubAllEnvs());
  copyFileSync(embeddedNetwork.file, join(home, 'w.npz'));
});

const sha256 = await digestFile(embeddedNetwork.file, 'sha256');
const { recipe } = (await loadExperiment(join(workspaceRoot, 'configs/smoke.yaml'))).profiles[0]!.arms[0]!;
const inWorkspace = relative(workspaceRoot, embeddedNetwork.file);

describe('a weights file', () => {
  it.each([
    ['in the home folder', () => join(home, 'w.npz'), '~/w.npz', '~/w.npz'],
    ['in the home folder, relative to the config', () => '../home/w.npz', '~/w.npz', '~/w.npz'],
    ['in the workspace', () => embeddedNetwork.file, inWorkspace, inWorkspace],
    ['elsewhere', () => '/data/w.npz', '/data/w.npz', '/data/w.npz'],
  ])('is recorded without private paths: %s', (_where, file, path, name) => {
    const config = join(home, '../config/x.yaml');
    const written = file().replace('/home/', `/${home.slice(home.lastIndexOf('/') + 1)}/`);
    expect(weightsChoice({ ...recipe, weights: { file: written } }, config)).toEqual({
      kind: 'file',
      name: `${name}, not published weights`,
      path,
    });
  });

  it.each(['~/w.npz', inWorkspace, embeddedNetwork.file])(
    'is found by its recorded path: %s',
    async (path) => {
      expect(await weightsDigest({ kind: 'file', name: '', path })).toBe(sha256);
      const spec = runSpec({ weights: { kind: 'file', title: '', path, sha256 } });
      const weights = await startingWeights(spec, await weightsFile(spec));
      expect(weights.size).toBeGreaterThan(0);
    },
  );

  it('is reported with a remedy if a worker does not find it', async () => {
    const spec = runSpec({ weights: { kind: 'file', title: '', path: '~/none.npz', sha256 } });
    await expect(weightsFile(spec)).rejects.toMatchObject({
      message: 'Cannot read the weights of the run at ~/none.npz',
      remedy: expect.stringContaining('home folder') as string,
    });
  });
});
