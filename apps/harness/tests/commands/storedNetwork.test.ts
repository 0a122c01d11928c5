import { embeddedNetwork } from '@bit-repro/stand-in';
import { expect, it } from 'vitest';
import { openStoredNetwork } from '../../src/commands/storedNetwork.ts';

const sound = { model: 'mini', weights: embeddedNetwork.file, dataset: 'cifar10', crop: '32' };
const { weights: _, ...withoutWeights } = sound;

it.each([
  [
    'a model that nobody knows',
    { ...sound, model: 'R51x1' },
    /--model must be one of .*R50x1.*, but it is R51x1/u,
  ],
  [
    'a data set that nobody knows',
    { ...sound, dataset: 'cifar' },
    /data set must be one of .*, but it is cifar/u,
  ],
  [
    'ILSVRC-2012 of which nobody said where it is',
    { ...sound, dataset: 'ilsvrc2012' },
    /The variable BIT_REPRO_ILSVRC2012 is not set/u,
  ],
  ['a folder without a path', { ...sound, dataset: 'folder:' }, /or folder:PATH, but it is folder:$/u],
  [
    'no weights for an architecture',
    withoutWeights,
    /--weights is missing, and no weights are published under the name mini/u,
  ],
  ['no weights for the stand-in', { ...withoutWeights, model: 'BiT-mini' }, /--weights is missing/u],
  [
    'weights of another network',
    { ...sound, model: 'R50x1' },
    /Expected weights of R50x1 in .*, found those of mini/u,
  ],
])('%s is refused before anything is fetched', async (_what, options, message) => {
  const context = { print: () => undefined, signal: AbortSignal.abort() };
  await expect(openStoredNetwork(options, context)).rejects.toThrow(message);
});
