import { HeldImages, type ImageSource } from '@bit-repro/data';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { mistakesPicture } from '../src/mistakesPicture.ts';

/** Twenty images, each of one grey, four pixels wide and two high. */
const test = new HeldImages(
  Uint8Array.from({ length: 20 * 24 }, (_, byte) => 10 * Math.floor(byte / 24)),
  new Uint8Array(20),
  { height: 2, width: 4 },
);

const predictions = (wrong: readonly number[]) => {
  const predicted = new Uint16Array(20);
  for (const image of wrong) predicted[image] = 1;
  const confidence = Uint16Array.from({ length: 20 }, (_, image) => 1000 * image);
  return { labels: new Uint16Array(20), predicted, confidence };
};

it('the picture of mistakes has them in a row, the most confident first', async () => {
  const picture = decode((await mistakesPicture(test, predictions([3, 7, 19]), 4))!);
  expect([picture.width, picture.height, picture.channels]).toEqual([12, 2, 3]);
  const at = (x: number, y: number): number | undefined => picture.data[(y * 12 + x) * 3];
  expect([at(0, 0), at(3, 1), at(4, 0), at(11, 1)]).toEqual([190, 190, 70, 30]);
});

it('the picture of mistakes has no more than twelve', async () => {
  const picture = decode((await mistakesPicture(test, predictions([...Array(20).keys()]), 4))!);
  expect([picture.width, picture.data[0], picture.data.at(-1)]).toEqual([48, 190, 80]);
});

it('the picture of mistakes has thumbnails of large images', async () => {
  const asked: number[] = [];
  const large: Pick<ImageSource, 'read' | 'sizeFor'> = {
    sizeFor: (side) => ({ height: side, width: side }),
    read: ({ length }, side) => {
      asked.push(side);
      return Promise.resolve(new Uint8Array(length * side * side * 3));
    },
  };
  const picture = decode((await mistakesPicture(large, predictions([1, 2]), 500))!);
  expect([asked, picture.width, picture.height]).toEqual([[96], 192, 96]);
});

it('there is no picture of no mistakes', async () => {
  expect(await mistakesPicture(test, predictions([]), 4)).toBeUndefined();
});
