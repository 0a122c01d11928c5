import type { RunSpec } from '@bit-repro/runs';
import { plannedRun, record, runSpec } from '@bit-repro/runs/testing';
import { expect, it } from 'vitest';
import { describeProvenance } from '../src/provenance.ts';

const sha1 = { 'train.bin': 'a'.repeat(40), 'test.bin': 'b'.repeat(40) };
const archiveMd5 = '0'.repeat(32);
const photos = {
  folder: 'photos',
  title: 'photos',
  classCount: 3,
  trainingImages: 6,
  smallestClass: 2,
  testImages: 3,
  imageSize: { width: 4, height: 3 },
  manifest: 'c'.repeat(64),
  inBoth: 0,
};

it.each<[string, RunSpec['dataset'], RegExp]>([
  ['checked by its own sums', { name: 'cifar10', sha1 }, /test\.bin SHA-1 b{40}$/u],
  [
    'of an archive',
    { name: 'cifar100', sha1, archiveMd5 },
    /b{40}, of the archive with the published MD5 0{32}$/u,
  ],
  [
    'as images of a folder',
    photos,
    /^photos: 3 classes, 6 training images, 3 test images, SHA-256 of the list of their SHA-256 c{64}$/u,
  ],
  [
    'as a part of a data set',
    { ...photos, layout: 'ilsvrc2012', title: 'a part of ILSVRC-2012' },
    /^a part of ILSVRC-2012, photos: 3 classes/u,
  ],
  ['of a folder', { name: 'cifar100', sha1 }, /b{40}, which were not checked against a published sum$/u],
])('a report tells how data were checked: %s', (_, dataset, words) => {
  const rows = describeProvenance([{ ...record(plannedRun(), 50), spec: runSpec({ dataset }) }]);
  expect(rows.find(({ label }) => label === 'Data')!.values.map(({ value }) => value)).toEqual([
    expect.stringMatching(words),
  ]);
});
