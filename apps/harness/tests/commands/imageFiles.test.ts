import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { asFolders, emptyFolder, madeIlsvrc, wnids } from '@bit-repro/data/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportData } from '../../src/commands/exportData.ts';
import { provisionAll } from '../../src/commands/provision.ts';
import { examineImageFiles } from '../../src/doctor/imageFiles.ts';

const context = { print: () => undefined, signal: AbortSignal.abort() };
const made = await madeIlsvrc(wnids.slice(0, 3));

beforeEach(() => {
  vi.stubEnv('BIT_REPRO_CACHE', emptyFolder());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('doctor', () => {
  it('says that ILSVRC-2012 is optional where nobody said where it is', async () => {
    vi.stubEnv('BIT_REPRO_ILSVRC2012', '');
    expect(await examineImageFiles('ilsvrc2012')).toEqual({
      label: 'ILSVRC-2012',
      value: 'BIT_REPRO_ILSVRC2012 is not set; only experiments on ilsvrc2012 need it',
    });
  });

  it('says where ILSVRC-2012 is, and that it is incomplete', async () => {
    const folder = asFolders(made);
    vi.stubEnv('BIT_REPRO_ILSVRC2012', folder);
    expect(await examineImageFiles('ilsvrc2012')).toEqual({
      label: 'ILSVRC-2012',
      value: `incomplete, in ${folder}: a part of ILSVRC-2012: 3 classes, 6 training images (at least 2 of each class), 3 test images, typically 12 x 9 px`,
    });
  });

  it('says what is wrong with ILSVRC-2012, which keeps nothing else from running', async () => {
    const folder = asFolders(made);
    rmSync(join(folder, 'val'), { recursive: true });
    vi.stubEnv('BIT_REPRO_ILSVRC2012', folder);
    expect((await examineImageFiles('ilsvrc2012')).problem).toEqual({
      summary: `${folder} has neither val nor ILSVRC2012_img_val.tar`,
      remedy: 'Name the folder with the files of ILSVRC-2012, as they were published or unpacked.',
      fatal: false,
    });
  });
});

describe('ILSVRC-2012, which is not fetched,', () => {
  it('is asked for by `provision` before anything is fetched', async () => {
    vi.stubEnv('BIT_REPRO_ILSVRC2012', '');
    await expect(provisionAll(['cifar10', 'ilsvrc2012'], context)).rejects.toMatchObject({
      message: 'The variable BIT_REPRO_ILSVRC2012 is not set',
      remedy:
        'Set it to the folder with the files of ilsvrc2012, which are not downloaded here (docs/configuration.md).',
    });
  });

  it('is not copied by `data export`', async () => {
    const folder = asFolders(made);
    vi.stubEnv('BIT_REPRO_ILSVRC2012', folder);
    await expect(exportData('ilsvrc2012', join(emptyFolder(), 'copy'), {}, context)).rejects.toMatchObject({
      message: `The images of ilsvrc2012 are image files already, in ${folder}`,
      remedy:
        'Experiments take them from there (docs/configuration.md). What is exported is cifar10 or cifar100.',
    });
  });
});
