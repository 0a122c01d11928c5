import { expect, it } from 'vitest';
import { pathsAsTheyAre } from '../src/pathsAsTheyAre.ts';
import { plannedRun, record } from '../testing/index.ts';

const { spec, provenance } = record(plannedRun(), 50);
const dataset = {
  folder: 'photos',
  title: 'photos',
  classCount: 10,
  trainingImages: 100,
  smallestClass: 10,
  testImages: 100,
  imageSize: { height: 30, width: 40 },
  manifest: 'a'.repeat(64),
  inBoth: 0,
};
const plain = { spec: { ...spec, dataset }, provenance: { ...provenance, configFile: 'configs/fig6.yaml' } };
const onFolder = (folder: string): typeof plain => ({
  ...plain,
  spec: { ...plain.spec, dataset: { ...dataset, folder } },
});
const weights = { kind: 'file' as const, title: 'mine', path: '/data/mine.npz' };

it.each([
  ['none of a folder in the workspace', plain, []],
  ['none of a folder in the home folder', onFolder('~/photos'), []],
  ['none of a folder that a variable names', onFolder('$BIT_REPRO_ILSVRC2012'), []],
  ['none of a published data set', { ...plain, spec }, []],
  ['a folder of images elsewhere', onFolder('/data/photos'), ['/data/photos']],
  ['a file of weights elsewhere', { ...plain, spec: { ...plain.spec, weights } }, ['/data/mine.npz']],
  [
    'a config elsewhere, and what it extends',
    {
      ...plain,
      provenance: {
        ...plain.provenance,
        configFile: '/data/b.yaml',
        extended: [{ file: '/data/a.yaml', sha256: 'a'.repeat(64) }],
      },
    },
    ['/data/a.yaml', '/data/b.yaml'],
  ],
])('of the paths in the records of a run, in full stand: %s', (_, one, paths) => {
  expect(pathsAsTheyAre([one, one])).toEqual(paths);
});
