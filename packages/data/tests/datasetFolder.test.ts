import { afterEach, expect, it, vi } from 'vitest';
import { cifar10Folder } from '../src/cifar10.ts';
import { datasetFolder } from '../src/index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  ['unset', undefined, cifar10Folder()],
  ['empty', '', cifar10Folder()],
  ['a folder', '/data/cifar', '/data/cifar'],
])('the data set is read from there if BIT_REPRO_CIFAR10 is %s', (_, value, folder) => {
  vi.stubEnv('BIT_REPRO_CIFAR10', value);
  expect(datasetFolder('cifar10')).toBe(folder);
});
