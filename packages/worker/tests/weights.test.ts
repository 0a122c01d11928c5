import { copyFileSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { digestFile, workspaceRoot } from '@bit-repro/artifacts';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { weightsChoice, loadExperiment } from '@bit-repro/experiment';
import { knownWeightsDigest, runKey, weightsDigest, weightsFile } from '@bit-repro/runs';
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
      expect(await weightsDigest({ kind: 'file', name: '', path }, ['mini'])).toBe(sha256);
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

describe('weights of the Hugging Face hub', () => {
  const repository = 'timm/resnetv2_50x1_bit.goog_in21k';
  const choice = { kind: 'hub', name: '', repository } as const;

  beforeEach(() => {
    vi.stubEnv('BIT_REPRO_CACHE', home);
    // Nobody answers there.
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
    vi.stubEnv('HF_TOKEN', '');
  });

  /** Leaves the network mini in the cache, as if the repository had it. */
  function fetchedBefore(): void {
    const folder = join(home, 'weights/hub');
    mkdirSync(folder, { recursive: true });
    copyFileSync(embeddedNetwork.file, join(folder, `${sha256}.safetensors`));
    const { size: bytes } = statSync(embeddedNetwork.file);
    const note = JSON.stringify({ commit: 'c'.repeat(40), bytes, sha256 });
    writeFileSync(join(folder, `${encodeURIComponent(repository)}.json`), note);
  }

  it('are found in the cache by the runs of a node without network', async () => {
    fetchedBefore();
    const spec = runSpec({ weights: { kind: 'hub', title: '', repository, sha256 } });
    const weights = await startingWeights(spec, await weightsFile(spec));
    expect(weights.size).toBeGreaterThan(0);
  });

  it('are told with what to do if a node has neither them nor network', async () => {
    const spec = runSpec({ weights: { kind: 'hub', title: '', repository, sha256 } });
    await expect(weightsFile(spec)).rejects.toMatchObject({
      message: expect.stringContaining('Could not ask the Hugging Face hub at http://127.0.0.1:1') as string,
      remedy: expect.stringContaining('HF_ENDPOINT') as string,
    });
  });

  it('are planned by their digest once they were fetched, and without it before', async () => {
    expect(await knownWeightsDigest(choice, ['mini'])).toBeUndefined();
    fetchedBefore();
    expect(await knownWeightsDigest(choice, ['mini'])).toBe(sha256);
    expect(await weightsDigest(choice, ['mini'])).toBe(sha256);
  });

  it.each([knownWeightsDigest, weightsDigest])(
    'are refused before any run if they are of another network',
    async (digest) => {
      fetchedBefore();
      await expect(digest(choice, ['mini', 'R50x1'])).rejects.toThrow(
        /Expected weights of R50x1 in .*, found those of mini without a head/u,
      );
    },
  );

  it('make the same runs wherever they are found', () => {
    const at = (place: string): string =>
      runKey(runSpec({ weights: { kind: 'hub', title: place, repository: place, sha256 } }));
    expect(at('me/mine')).toBe(at('timm/other@v2'));
    const other = runSpec({
      weights: { kind: 'hub', title: 'me/mine', repository: 'me/mine', sha256: '0'.repeat(64) },
    });
    expect(at('me/mine')).not.toBe(runKey(other));
  });
});
