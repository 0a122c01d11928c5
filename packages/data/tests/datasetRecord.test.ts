import { describe, expect, it } from 'vitest';
import { briefOf, claimedName, countsOf, type DatasetRef } from '../src/index.ts';

const whole: DatasetRef = {
  folder: '/data/imagenet',
  layout: 'ilsvrc2012',
  title: 'ILSVRC-2012',
  classes: Array.from({ length: 1000 }, (_, label) => `class ${label}`),
  trainingImages: 1_281_167,
  smallestClass: 732,
  testImages: 50_000,
  imageSize: { width: 500, height: 375 },
};
const { layout: _, ...folder } = whole;

describe('claims about a data set are compared with runs', () => {
  it.each<[string, DatasetRef, string | undefined]>([
    ['on a published data set', 'cifar10', 'cifar10'],
    ['on all of ILSVRC-2012', whole, 'ilsvrc2012'],
    ['not on a part of it', { ...whole, testImages: 49_999 }, undefined],
    ['not on a folder of as many images', folder, undefined],
  ])('%s', (_, dataset, name) => {
    expect(claimedName(briefOf(dataset))).toBe(name);
  });
});

it.each<[string, DatasetRef]>([
  ['a published data set', 'cifar10'],
  ['image files', whole],
])('%s has the same counts without the names of its classes', (_, dataset) => {
  expect(countsOf(briefOf(dataset))).toEqual(countsOf(dataset));
  expect(countsOf(dataset).classCount).toBe(dataset === 'cifar10' ? 10 : 1000);
  expect(JSON.stringify(briefOf(dataset)).length).toBeLessThan(300);
});
