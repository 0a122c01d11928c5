import { HeldImages } from '@bit-repro/data';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { subsetPicture } from '../src/subsetPicture.ts';

const size = { height: 32, width: 32 };

it('the picture of a subset has one column per class', async () => {
  const bytes = 32 * 32 * 3;
  const images = new Uint8Array(5 * bytes);
  for (let index = 0; index < 5; index += 1) images.fill(10 * index, index * bytes, (index + 1) * bytes);
  const train = new HeldImages(images, new Uint8Array(5), size);
  const picture = decode((await subsetPicture(train, { indices: [4, 0, 2, 3], labels: [0, 0, 1, 1] }, 32))!);
  expect([picture.width, picture.height, picture.channels]).toEqual([64, 64, 3]);
  const at = (x: number, y: number): number | undefined => picture.data[(y * 64 + x) * 3];
  expect([at(5, 5), at(5, 40), at(40, 5), at(63, 63)]).toEqual([40, 0, 20, 30]);
});

it('the columns of more than 100 classes wrap after 40', async () => {
  // Two images of each of 101 classes, each image of one pixel that tells its class and its place in it.
  const labels = Array.from({ length: 202 }, (_, index) => index % 101);
  const pixels = Uint8Array.from(labels.flatMap((label, index) => [label, index < 101 ? 0 : 1, 7]));
  const train = new HeldImages(pixels, Uint8Array.from(labels), { height: 1, width: 1 });
  const picture = decode((await subsetPicture(train, { indices: labels.map((_, i) => i), labels }, 1))!);
  expect([picture.width, picture.height]).toEqual([40, 6]);
  const at = (x: number, y: number): number[] =>
    [...picture.data].slice(3 * (40 * y + x), 3 * (40 * y + x + 1));
  expect([at(0, 0), at(39, 1), at(0, 2), at(20, 4), at(20, 5)]).toEqual([
    [0, 0, 7],
    [39, 1, 7],
    [40, 0, 7],
    [100, 0, 7],
    [100, 1, 7],
  ]);
  expect(at(21, 5)).toEqual([0, 0, 0]);
});

it('the columns of 100 classes are side by side', async () => {
  const labels = Array.from({ length: 100 }, (_, label) => label);
  const train = new HeldImages(new Uint8Array(300), Uint8Array.from(labels), { height: 1, width: 1 });
  const picture = decode((await subsetPicture(train, { indices: labels, labels }, 1))!);
  expect([picture.width, picture.height]).toEqual([100, 1]);
});

it.each([{ all: 5 }, { indices: new Array<number>(1001).fill(0), labels: new Array<number>(1001).fill(0) }])(
  'there is no picture of more images than somebody would look at',
  async (subset) => {
    const train = new HeldImages(new Uint8Array(5 * 32 * 32 * 3), new Uint8Array(5), size);
    expect(await subsetPicture(train, subset, 32)).toBeUndefined();
  },
);

it.each([
  { images: 10, own: 500, side: 64 },
  { images: 10, own: 32, side: 32 },
  { images: 100, own: 500, side: 44 },
  { images: 1000, own: 500, side: 24 },
])('$images images of $own pixels are shown with $side pixels', async ({ images, own, side }) => {
  const asked: number[] = [];
  const train = {
    sizeFor: (pixels: number) => ({ height: pixels, width: pixels }),
    read: ({ length }: ArrayLike<number>, pixels: number) => {
      asked.push(pixels);
      return Promise.resolve(new Uint8Array(length * pixels * pixels * 3));
    },
  };
  const list = Array.from({ length: images }, (_, index) => index);
  await subsetPicture(train, { indices: list, labels: list.map((index) => index % 10) }, own);
  expect(asked).toEqual([side]);
});
