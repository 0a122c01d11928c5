import { describe, expect, it } from 'vitest';
import { wholeIlsvrc as whole } from '../testing/madeIlsvrc.ts';
import { briefOf, countsOf, datasetTitle, nameOfDataset, type DatasetRef } from '../src/index.ts';

const { layout: _, ...folder } = whole;

describe('a data set is called by the name of claims', () => {
  it.each<[string, DatasetRef, string]>([
    ['if it is a published one', 'cifar10', 'cifar10'],
    ['if it is all of ILSVRC-2012', whole, 'ilsvrc2012'],
    ['but not if it is a part of that', { ...whole, testImages: 49_999 }, 'ILSVRC-2012'],
    ['nor if it is a folder of as many images', folder, 'ILSVRC-2012'],
    ['nor if it is a folder of that name', { ...folder, title: 'ilsvrc2012' }, 'the folder ilsvrc2012'],
  ])('%s', (_, dataset, name) => {
    expect(nameOfDataset(dataset)).toBe(name);
    expect(nameOfDataset(briefOf(dataset))).toBe(name);
  });
});

it.each([
  ['cifar10', 'CIFAR-10'],
  ['ilsvrc2012', 'ILSVRC-2012'],
  ['photos', 'photos'],
])('the title of %s is %s', (name, title) => {
  expect(datasetTitle(name)).toBe(title);
});

it.each<[string, DatasetRef]>([
  ['a published data set', 'cifar10'],
  ['image files', whole],
])('%s has the same counts without the names of its classes', (_, dataset) => {
  expect(countsOf(briefOf(dataset))).toEqual(countsOf(dataset));
  expect(countsOf(dataset).classCount).toBe(dataset === 'cifar10' ? 10 : 1000);
  expect(JSON.stringify(briefOf(dataset)).length).toBeLessThan(300);
});
