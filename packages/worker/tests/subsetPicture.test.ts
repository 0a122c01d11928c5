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
