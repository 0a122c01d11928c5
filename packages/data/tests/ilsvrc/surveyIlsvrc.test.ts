import { readdirSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { surveyIlsvrc } from '../../src/ilsvrc/surveyIlsvrc.ts';
import { describeImages, identifyImages, type SurveyedImages } from '../../src/surveyed/surveyedDataset.ts';
import {
  addDevkit,
  asArchives,
  asFolders,
  emptyFolder,
  madeIlsvrc,
  wnids,
} from '../../testing/madeIlsvrc.ts';

beforeEach(() => {
  vi.stubEnv('BIT_REPRO_CACHE', emptyFolder());
  return () => {
    vi.unstubAllEnvs();
  };
});

/** The first classes of meta-thousand.mat: few images, of which the whole is made in no time. */
const three = wnids.slice(0, 3);

describe('ILSVRC-2012 of a thousand classes', () => {
  /** In folders of classes, with validation images side by side, and in its archives. */
  let folders: string, flat: string, archives: string;
  beforeAll(async () => {
    const images = await madeIlsvrc();
    folders = asFolders(images);
    flat = asFolders(images, { isFlat: true });
    archives = asArchives(images);
    addDevkit(flat, images, { isPacked: true });
    addDevkit(archives, images);
  });
  const identified = (folder: string): Promise<SurveyedImages> =>
    identifyImages({ folder, layout: 'ilsvrc2012' });

  it('has the same manifest however it is stored', async () => {
    const { manifest } = await identified(folders);
    expect((await identified(flat)).manifest).toBe(manifest);
    expect((await identified(archives)).manifest).toBe(manifest);
  });

  it('has the classes in the order of their wnids, and the images of each in the order of their names', async () => {
    const { train, test } = await identified(archives);
    expect(train.map(({ name, label }) => [name, label])).toEqual(
      wnids.flatMap((wnid, label) => [
        [`train/${wnid}/${wnid}_2.JPEG`, label],
        [`train/${wnid}/${wnid}_10.JPEG`, label],
      ]),
    );
    expect(test.map(({ label }) => label)).toEqual(wnids.map((_, label) => label));
  });

  it('takes the names of its classes from the development kit, in the order of the wnids', async () => {
    expect(await describeImages({ folder: archives, layout: 'ilsvrc2012' })).toMatchObject({
      title: 'a part of ILSVRC-2012',
      classes: wnids.map((_, label) => `class ${label}`),
      trainingImages: 2000,
      smallestClass: 2,
      testImages: 1000,
      imageSize: { height: 9, width: 12 },
    });
  });
});

it('a part of ILSVRC-2012 is called one, in a warning, too', async () => {
  const images = await madeIlsvrc(three);
  const folder = asFolders(images);
  const messages: string[] = [];
  await identifyImages({ folder, layout: 'ilsvrc2012' }, { onMessage: (line) => messages.push(line) });
  expect(messages).toEqual([
    `Warning: ${folder} has 3 of the 1,000 classes of ILSVRC-2012, 6 of the 1,281,167 training images and 3 of the 50,000 validation images`,
  ]);
  expect((await surveyIlsvrc(folder)).title).toBe('a part of ILSVRC-2012');
});

it('classes are called by their wnids where there is no development kit', async () => {
  const folder = asFolders(await madeIlsvrc(three));
  expect((await describeImages({ folder, layout: 'ilsvrc2012' })).classes).toEqual(three);
});

it('records name the folder by its variable, whose folder is taken wherever it is read', async () => {
  const images = await madeIlsvrc(three);
  const place = { layout: 'ilsvrc2012', folder: '$BIT_REPRO_ILSVRC2012' } as const;
  expect(await describeImages({ ...place, folder: asFolders(images) })).toMatchObject(place);
  vi.stubEnv('BIT_REPRO_ILSVRC2012', '');
  await expect(identifyImages(place)).rejects.toThrow('The variable BIT_REPRO_ILSVRC2012 is not set');
  const elsewhere = asFolders(images);
  vi.stubEnv('BIT_REPRO_ILSVRC2012', elsewhere);
  const { train } = await identifyImages(place);
  expect(train[0]!.file).toBe(join(elsewhere, 'train', three[0]!, `${three[0]!}_2.JPEG`));
});

describe('ILSVRC-2012 is refused', () => {
  const kit = 'ILSVRC2012_devkit_t12';
  const truth = `${kit}/data/ILSVRC2012_validation_ground_truth.txt`;
  const [first, , last] = three as [string, string, string];

  it.each<[string, 'folders' | 'flat' | 'archives', (folder: string) => void, RegExp]>([
    [
      'where nothing is there',
      'folders',
      (folder) => {
        rmSync(folder, { recursive: true });
      },
      /There is no folder/,
    ],
    [
      'without training images',
      'folders',
      (folder) => {
        rmSync(join(folder, 'train'), { recursive: true });
      },
      /has neither train nor ILSVRC2012_img_train\.tar/,
    ],
    [
      'without validation images',
      'archives',
      (folder) => {
        unlinkSync(join(folder, 'ILSVRC2012_img_val.tar'));
      },
      /has neither val nor ILSVRC2012_img_val\.tar/,
    ],
    [
      'without the development kit that it needs',
      'flat',
      (folder) => {
        rmSync(join(folder, kit), { recursive: true });
      },
      /without folders of their classes, and no ILSVRC2012_devkit_t12/,
    ],
    [
      'where the development kit lacks a file',
      'flat',
      (folder) => {
        unlinkSync(join(folder, truth));
      },
      /ILSVRC2012_devkit_t12 has no ILSVRC2012_validation_ground_truth\.txt/,
    ],
    [
      'where the synsets cannot be read',
      'flat',
      (folder) => {
        writeFileSync(join(folder, kit, 'data/meta.mat'), 'synsets');
      },
      /The synsets in meta\.mat of .* cannot be read: it does not begin as/,
    ],
    [
      'where a validation image has no ground truth',
      'archives',
      (folder) => {
        writeFileSync(join(folder, truth), '1000\n999\n');
      },
      /There is no ground truth of val\/ILSVRC2012_val_00000003\.JPEG: the development kit has that of 2 images/,
    ],
    [
      'where the ground truth is of no class',
      'flat',
      (folder) => {
        writeFileSync(join(folder, truth), '1000\ntwo\n');
      },
      /Line 2 of ILSVRC2012_validation_ground_truth\.txt of .* is "two"/,
    ],
    [
      'where a validation image is of a class without training images',
      'flat',
      (folder) => {
        rmSync(join(folder, 'train', last), { recursive: true });
      },
      new RegExp(
        `val/ILSVRC2012_val_0000000\\d\\.JPEG is of the class ${last}, of which .* has no training image`,
      ),
    ],
    [
      'where a class has no validation image',
      'folders',
      (folder) => {
        rmSync(join(folder, 'val', last), { recursive: true });
      },
      new RegExp(`The class ${last} has no validation image`),
    ],
    [
      'where a class has no training image',
      'folders',
      (folder) => {
        for (const name of readdirSync(join(folder, 'train', first)))
          unlinkSync(join(folder, 'train', first, name));
      },
      new RegExp(`The class train/${first} has no image`),
    ],
    [
      'where a folder is no class',
      'folders',
      (folder) => {
        renameSync(join(folder, 'train', first), join(folder, 'train', 'cat'));
      },
      /has cat, which is no class of ILSVRC-2012/,
    ],
    [
      'where an archive is cut short',
      'archives',
      (folder) => {
        truncateSync(join(folder, 'ILSVRC2012_img_train.tar'), 4000);
      },
      /ILSVRC2012_img_train\.tar is cut short, at 4000 bytes/,
    ],
  ])('%s', async (_, layout, damage, message) => {
    const images = await madeIlsvrc(three);
    const folder =
      layout === 'archives' ? asArchives(images) : asFolders(images, { isFlat: layout === 'flat' });
    if (layout !== 'folders') addDevkit(folder, images);
    damage(folder);
    const refused: unknown = await surveyIlsvrc(folder).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect((refused as InputError).message).toMatch(message);
  });

  it('where an archive of a class is empty', async () => {
    const images = await madeIlsvrc(three);
    const emptied = { ...images, train: images.train.filter(({ wnid }) => wnid !== first) };
    const folder = asArchives({
      ...emptied,
      train: [{ wnid: first, name: 'notes.txt', bytes: new Uint8Array() }, ...emptied.train],
    });
    addDevkit(folder, images);
    await expect(surveyIlsvrc(folder)).rejects.toThrow(
      `The class ${first} has no image in ${join(folder, 'ILSVRC2012_img_train.tar')}`,
    );
  });

  it('where the packed development kit is cut short', async () => {
    const images = await madeIlsvrc(three);
    const folder = asFolders(images, { isFlat: true });
    addDevkit(folder, images, { isPacked: true });
    truncateSync(join(folder, `${kit}.tar.gz`), 500);
    await expect(surveyIlsvrc(folder)).rejects.toThrow(/devkit_t12\.tar\.gz is damaged or cut short/);
  });
});
