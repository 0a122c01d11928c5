import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { expect, it } from 'vitest';
import { validateConfig } from '../src/loadExperiment.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

/** The message for a config that names this file, which `put` writes; undefined if there is none. */
async function problem(
  put: (file: string) => void,
  change = (config: string): string => config,
): Promise<string | undefined> {
  const named = valid.replace('weights: random', 'weights: {file: mine.npz}');
  const config = await temporaryFile(change(named));
  put(join(dirname(config), 'mine.npz'));
  const validation = await validateConfig(config);
  return validation.ok ? undefined : validation.error.message.replaceAll(`${dirname(config)}/`, '');
}

const mini = (file: string): void => {
  copyFileSync(embeddedNetwork.file, file);
};
const bytes = (content: string) => (file: string) => {
  writeFileSync(file, content);
};
const stem = '{"stem.conv.weight":{"dtype":"F32","shape":[32,3,7,7],"data_offsets":[0,18816]}}';

it('a weights file of the network that is asked for is accepted', async () => {
  expect(await problem(mini)).toBeUndefined();
});

it('a weights file that is not here is left to those who plan runs', async () => {
  expect(await problem(() => undefined)).toBeUndefined();
});

it.each([
  [
    'of another architecture',
    mini,
    /:\d+:\d+: profiles\.embedded\.weights\.file: expected a file with weights of R50x1, found those of mini without a head in mine\.npz\n +Write `model: mini`, or name another file\./u,
  ],
  [
    'of no architecture',
    bytes(`${String.fromCharCode(stem.length)}${'\0'.repeat(7)}${stem}${'\0'.repeat(18_816)}`),
    /found mine\.npz, whose tensors fit no architecture of BiT\n +`npx harness weights show mine\.npz` lists them/u,
  ],
  ['that is damaged', bytes('no weights'), /found mine\.npz cannot be read as a file of weights/u],
])('a weights file %s is refused where it is named', async (_, put, message) => {
  expect(await problem(put, (config) => config.replace('model: mini', 'model: R50x1'))).toMatch(message);
});
