import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nameOfDataset } from '@bit-repro/data';
import { encode } from 'fast-png';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFile, valid } from '../testing/experimentFile.ts';
import { ConfigError, groupOf, loadExperiment, resolveRuns } from '../src/index.ts';

const classes = ['class 2', 'class 10'];
const images = ['train', 'test'].flatMap((part) =>
  classes.flatMap((name) => [1, 2, 3].map((index) => `photos/${part}/${name}/${index}.png`)),
);

/** An experiment beside a folder of images of this size. */
async function withImages(
  { width, height }: { width: number; height: number },
  dataset = '{ folder: photos }',
): Promise<string> {
  const file = await temporaryFile(
    valid
      .replace('cifar10', dataset)
      .replace('[1, 5]', '[1, 3]')
      .replace(/ {4}resize[^]*/, ''),
  );
  const picture = encode({ width, height, data: new Uint8Array(width * height * 3), channels: 3 });
  for (const name of images) {
    const path = join(dirname(file), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, picture);
  }
  return file;
}

describe('an experiment on a folder of images', () => {
  it('has the classes and the numbers of images of the folder', async () => {
    const { datasets } = await loadExperiment(await withImages({ width: 40, height: 30 }));
    expect(datasets).toMatchObject([
      { title: 'photos', classes, trainingImages: 6, smallestClass: 3, testImages: 6 },
    ]);
  });

  it.each([
    [
      { width: 40, height: 30 },
      { resize: 160, crop: 128 },
    ],
    [
      { width: 400, height: 300 },
      { resize: 512, crop: 480 },
    ],
  ])('with images of %o has runs of %o', async (size, resolution) => {
    const experiment = await loadExperiment(await withImages(size));
    const [run] = resolveRuns(experiment, 'embedded');
    expect(run!.fineTune).toMatchObject({ classes: 2, ...resolution });
  });

  it('finds the folder beside the config that names it, from a config that extends that one', async () => {
    const base = await withImages({ width: 40, height: 30 });
    mkdirSync(join(dirname(base), 'below'));
    const file = join(dirname(base), 'below', 'trial.yaml');
    writeFileSync(file, 'extends: ../trial.yaml\nname: below\n');
    expect((await loadExperiment(file)).datasets).toEqual((await loadExperiment(base)).datasets);
  });
});

describe('an experiment on several data sets', () => {
  it('runs every arm on each, at the resolution for its images', async () => {
    const file = await withImages({ width: 400, height: 300 }, '[cifar10, { folder: photos }]');
    const runs = resolveRuns(await loadExperiment(file), 'embedded');
    const found = runs.map(({ dataset, fineTune: { classes, crop } }) => [
      nameOfDataset(dataset),
      classes,
      crop,
    ]);
    expect([...new Set(found.map((one) => one.join(' ')))]).toEqual(['cifar10 10 128', 'photos 2 480']);
    const places = new Set(runs.map(({ arm, shots }) => `${arm.name} ${shots}`));
    expect(new Set(runs.map(groupOf)).size).toBe(2 * places.size);
  });

  it('says how to run on the others where one cannot be used', async () => {
    vi.stubEnv('BIT_REPRO_ILSVRC2012', '');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const file = await withImages({ width: 40, height: 30 }, '[cifar10, ilsvrc2012]');
    await expect(loadExperiment(file)).rejects.toMatchObject({
      problems: [{ key: 'dataset.1', remedy: expect.stringContaining('--set dataset=NAME') as string }],
    });
  });

  it('is refused where two have one name', async () => {
    const file = await withImages({ width: 40, height: 30 }, '[{ folder: photos }, { folder: ./photos/ }]');
    await expect(loadExperiment(file)).rejects.toMatchObject({
      problems: [{ line: 3, key: 'dataset.1', found: 'photos, as dataset.0 is called' }],
    });
  });

  it('is not taken beside a published data set of the same title', async () => {
    const file = await withImages({ width: 40, height: 30 }, '[cifar10, { folder: CIFAR-10 }]');
    renameSync(join(dirname(file), 'photos'), join(dirname(file), 'CIFAR-10'));
    await expect(loadExperiment(file)).rejects.toMatchObject({
      problems: [{ key: 'dataset.1', found: 'CIFAR-10, as dataset.0 is called' }],
    });
  });

  it('is refused where a class of one has fewer training images than shots', async () => {
    const file = await withImages({ width: 40, height: 30 }, '[cifar10, { folder: photos }]');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/shots: \[.*\]/, 'shots: [1, 4]'));
    await expect(loadExperiment(file)).rejects.toMatchObject({
      problems: [{ key: 'shots.1', expected: expect.stringContaining('smallest class of photos') as string }],
    });
  });
});

describe('an experiment on a folder of images is refused', () => {
  it.each([
    ['that is not there', '{ folder: pictures }', 'dataset.folder', /There is no folder .*pictures/],
    [
      'whose test images leave none to hold out',
      '{ folder: photos, holdOut: { share: 0.1, seed: 0 } }',
      'dataset.folder',
      /so none are held out/,
    ],
  ])('%s', async (_, dataset, key, found) => {
    const file = await withImages({ width: 40, height: 30 }, dataset);
    const error: unknown = await loadExperiment(file).catch((cause: unknown) => cause);
    if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error });
    expect(error.problems).toMatchObject([{ line: 3, key, found: expect.stringMatching(found) as string }]);
  });

  it.each([
    ['', /The variable BIT_REPRO_ILSVRC2012 is not set/],
    ['/nowhere', /There is no folder \/nowhere/],
  ])('that is ILSVRC-2012, where its variable is "%s"', async (folder, found) => {
    vi.stubEnv('BIT_REPRO_ILSVRC2012', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const file = await temporaryFile(valid.replace('cifar10', 'ilsvrc2012'));
    const error: unknown = await loadExperiment(file).catch((cause: unknown) => cause);
    if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error });
    expect(error.problems).toMatchObject([
      { line: 3, key: 'dataset', found: expect.stringMatching(found) as string },
    ]);
  });

  it('with more shots than the smallest class has', async () => {
    const file = await withImages({ width: 40, height: 30 });
    await expect(loadExperiment(file, { set: ['shots=[4]'] })).rejects.toThrow(
      /at most 3, the training images of the smallest class of photos/,
    );
  });
});
