import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { create } from 'tar';
import type { SurveyedDataset } from '../src/index.ts';

/** What is known of all of ILSVRC-2012, as if it were here. */
export const wholeIlsvrc: SurveyedDataset = {
  folder: '/data/imagenet',
  layout: 'ilsvrc2012',
  title: 'ILSVRC-2012',
  classes: Array.from({ length: 1000 }, (_, label) => `class ${label}`),
  trainingImages: 1_281_167,
  smallestClass: 732,
  testImages: 50_000,
  imageSize: { width: 500, height: 375 },
};

interface MadeImage {
  wnid: string;
  /** Of the file. */
  name: string;
  bytes: Uint8Array;
}

export interface MadeIlsvrc {
  train: MadeImage[];
  /** In the order of their numbers. */
  val: MadeImage[];
}

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../tests/ilsvrc/fixtures/${name}`, import.meta.url));

/** The wnids of meta-thousand.mat. */
export const wnids = Array.from(
  { length: 1000 },
  (_, label) => `n${String(1_000_000 + 37 * label).padStart(8, '0')}`,
);

/** Two training images of each class, or more, and one validation image, each a JPEG of another colour. */
export async function madeIlsvrc(classes = wnids, places = [2, 10]): Promise<MadeIlsvrc> {
  const picture = (index: number): Promise<Uint8Array> =>
    sharp({ create: { width: 12, height: 9, channels: 3, background: `#${hex(index * 4099)}` } })
      .jpeg({ quality: 95 })
      .toBuffer();
  const train: MadeImage[] = [];
  const val: MadeImage[] = [];
  for (const [label, wnid] of classes.entries()) {
    for (const [place, index] of places.entries()) {
      const bytes = await picture((places.length + 1) * label + place);
      train.push({ wnid, name: `${wnid}_${index}.JPEG`, bytes });
    }
    val.push({ wnid, name: '', bytes: await picture((places.length + 1) * label + places.length) });
  }
  // No two neighbours are of neighbouring classes.
  val.sort((one, other) => order(one.wnid) - order(other.wnid));
  return {
    train,
    val: val.map((image, index) => ({
      ...image,
      name: `ILSVRC2012_val_${String(index + 1).padStart(8, '0')}.JPEG`,
    })),
  };
}

const hex = (value: number): string => (value % 2 ** 24).toString(16).padStart(6, '0');
const order = (wnid: string): number => (Number(wnid.slice(1)) * 7919) % 10_007;

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'bit-repro-ilsvrc-'));

/** Folders of classes, as torchvision's script leaves them; or all validation images side by side. */
export function asFolders({ train, val }: MadeIlsvrc, { isFlat = false } = {}): string {
  const folder = emptyFolder();
  for (const { wnid, name, bytes } of train) put(join(folder, 'train', wnid, name), bytes);
  for (const { wnid, name, bytes } of val) put(join(folder, 'val', isFlat ? '' : wnid, name), bytes);
  return folder;
}

/** The archives as they were published: a tar of the tars of the classes, and one of all validation images. */
export function asArchives(images: MadeIlsvrc): string {
  const folder = asFolders(images, { isFlat: true });
  const classes = [...new Set(images.train.map(({ wnid }) => wnid))];
  const namesOf = (list: readonly MadeImage[]): string[] => list.map(({ name }) => name);
  for (const wnid of classes) {
    const own = namesOf(images.train.filter((image) => image.wnid === wnid)).reverse();
    tarOf(join(folder, 'train', wnid), own, join(folder, 'train', `${wnid}.tar`));
  }
  const archives = classes.map((wnid) => `${wnid}.tar`);
  tarOf(join(folder, 'train'), archives, join(folder, 'ILSVRC2012_img_train.tar'));
  tarOf(join(folder, 'val'), namesOf(images.val), join(folder, 'ILSVRC2012_img_val.tar'));
  rmSync(join(folder, 'train'), { recursive: true });
  rmSync(join(folder, 'val'), { recursive: true });
  return folder;
}

export function tarOf(cwd: string, names: string[], file: string): void {
  create({ cwd, file, sync: true, portable: true }, names);
}

/** Adds the development kit: of meta-thousand.mat, whose IDs count down. */
export function addDevkit(folder: string, { val }: MadeIlsvrc, { isPacked = false } = {}): void {
  const kit = 'ILSVRC2012_devkit_t12';
  const data = join(folder, kit, 'data');
  mkdirSync(data, { recursive: true });
  copyFileSync(fixture('meta-thousand.mat'), join(data, 'meta.mat'));
  const lines = val.map(({ wnid }) => `${1000 - wnids.indexOf(wnid)}\n`);
  writeFileSync(join(data, 'ILSVRC2012_validation_ground_truth.txt'), lines.join(''));
  if (!isPacked) return;
  create({ cwd: folder, file: join(folder, `${kit}.tar.gz`), sync: true, gzip: true }, [kit]);
  rmSync(join(folder, kit), { recursive: true });
}

function put(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
