import { execFile } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError, OutsideError } from '@bit-repro/artifacts';
import { ImagePool, type ImagePoolOptions, prepareImage, type StoredImage } from '../src/index.ts';
import { contentOf, images, pathOf, sha256 } from './pillow.ts';

const names = Object.keys(images);
const stored = (name: string): StoredImage => ({ file: pathOf(name), sha256: sha256(contentOf(name)), name });
const prepared = async (name: string, side: number): Promise<Uint8Array> =>
  (await prepareImage(contentOf(name), name, side)).pixels;

let folder: string;
const pools: ImagePool[] = [];
const poolOf = (options: ImagePoolOptions): ImagePool => {
  const pool = new ImagePool(options);
  pools.push(pool);
  return pool;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  rmSync(folder, { recursive: true });
});

/** A copy of an image, which a test may change. */
function copyOf(name: string): StoredImage {
  const image = { ...stored(name), file: join(folder, name) };
  copyFileSync(pathOf(name), image.file);
  return image;
}

describe('an ImagePool', () => {
  it.each([0, 1, 2, 3])('returns the images in order, with %i threads', async (threads) => {
    const block = await poolOf({ threads }).read(names.map(stored), 12);
    const expected = Buffer.concat(await Promise.all(names.map((name) => prepared(name, 12))));
    expect(Buffer.compare(block, expected)).toBe(0);
  });

  it('returns images that are asked for several times, in one request and in several at a time', async () => {
    const pool = poolOf({ threads: 2 });
    const twice = ['rgb.png', 'grey.jpg', 'rgb.png'];
    const blocks = await Promise.all(
      [twice, twice.toReversed(), ['lossy.webp', ...twice]].map((asked) => pool.read(asked.map(stored), 9)),
    );
    const [rgb, grey, lossy] = await Promise.all(
      ['rgb.png', 'grey.jpg', 'lossy.webp'].map((name) => prepared(name, 9)),
    );
    const expected = [
      [rgb, grey, rgb],
      [rgb, grey, rgb],
      [lossy, rgb, grey, rgb],
    ];
    expect(blocks.map((block) => [...block])).toEqual(
      expected.map((parts) => parts.flatMap((part) => [...part!])),
    );
  });

  it('returns nothing for no images', async () => {
    expect(await poolOf({ threads: 1 }).read([], 9)).toHaveLength(0);
  });

  it('reads an image out of a larger file', async () => {
    const file = join(folder, 'archive.tar');
    const content = contentOf('cmyk.jpg');
    writeFileSync(file, Buffer.concat([Buffer.alloc(512, 7), content, Buffer.alloc(99, 8)]));
    const image = { ...stored('cmyk.jpg'), file, offset: 512, bytes: content.length };
    expect([...(await poolOf({ threads: 1 }).read([image], 10))]).toEqual([
      ...(await prepared('cmyk.jpg', 10)),
    ]);
  });

  it('prepares an image of the cache again at no other size, even if its file is gone', async () => {
    const pool = poolOf({ threads: 1 });
    const image = copyOf('rgb.png');
    const first = await pool.read([image], 10);
    rmSync(image.file);
    expect([...(await pool.read([image], 10))]).toEqual([...first]);
    await expect(pool.read([image], 11)).rejects.toThrow(OutsideError);
  });

  it('keeps the images that were used last, within the limit', async () => {
    const pool = poolOf({ threads: 0, cacheBytes: 2 * 10 * 10 * 3 });
    const [a, b, c] = ['rgb.png', 'rgba.png', 'grey.png'].map(copyOf) as [
      StoredImage,
      StoredImage,
      StoredImage,
    ];
    await pool.read([a], 10);
    await pool.read([b], 10);
    await pool.read([a], 10);
    await pool.read([c], 10);
    for (const { file } of [a, b, c]) rmSync(file);
    await expect(pool.read([a, c], 10)).resolves.toHaveLength(600);
    await expect(pool.read([b], 10)).rejects.toThrow(OutsideError);
  });

  it('keeps nothing without a cache', async () => {
    const pool = poolOf({ threads: 0, cacheBytes: 0 });
    const image = copyOf('rgb.png');
    await pool.read([image], 10);
    rmSync(image.file);
    await expect(pool.read([image], 10)).rejects.toThrow(OutsideError);
  });

  it('returns memory that the caller may change', async () => {
    const pool = poolOf({ threads: 1 });
    (await pool.read([stored('rgb.png')], 10)).fill(0);
    expect([...(await pool.read([stored('rgb.png')], 10))]).toEqual([...(await prepared('rgb.png', 10))]);
  });

  it('uses memory again that was released, for as many bytes or fewer', async () => {
    const pool = poolOf({ threads: 2 });
    const first = await pool.read(['rgb.png', 'grey.jpg', 'lossy.webp'].map(stored), 10);
    const kept = await pool.read([stored('rgb.png')], 10);
    pool.release(first);
    const fewer = await pool.read(['rgba.png', 'rgb.png'].map(stored), 9);
    expect(fewer.buffer).toBe(first.buffer);
    expect([...fewer]).toEqual([...(await prepared('rgba.png', 9)), ...(await prepared('rgb.png', 9))]);
    expect([...kept]).toEqual([...(await prepared('rgb.png', 10))]);
    pool.release(kept);
    expect((await pool.read(['rgba.png', 'rgb.png'].map(stored), 9)).buffer).not.toBe(kept.buffer);
  });

  it('gives memory to one request only, even if it was released twice', async () => {
    const pool = poolOf({ threads: 0 });
    const block = await pool.read([stored('rgb.png')], 10);
    pool.release(block);
    pool.release(block);
    const [one, other] = await Promise.all([
      pool.read([stored('rgba.png')], 10),
      pool.read([stored('grey.png')], 10),
    ]);
    expect([...one, ...other]).toEqual([
      ...(await prepared('rgba.png', 10)),
      ...(await prepared('grey.png', 10)),
    ]);
  });

  it('gives each request its own pixels while memory is released and images are asked for twice at a time', async () => {
    const pool = poolOf({ threads: 2, cacheBytes: 0 });
    const some = ['rgb.png', 'grey.jpg', 'lossy.webp', 'rgba.png'];
    const expected = new Map(
      await Promise.all(some.map(async (name) => [name, [...(await prepared(name, 8))]] as const)),
    );
    const readInTurn = async (offset: number): Promise<void> => {
      for (let round = 0; round < 20; round += 1) {
        const asked = some.map((_, index) => some[(index + offset * round) % some.length]!);
        const block = await pool.read(asked.map(stored), 8);
        expect([...block]).toEqual(asked.flatMap((name) => expected.get(name)!));
        pool.release(block);
      }
    };
    await Promise.all([0, 1, 2, 3].map(readInTurn));
  });

  it.each([0, 2])('refuses a file that has changed, by name, with %i threads', async (threads) => {
    const image = copyOf('rgb.png');
    appendFileSync(image.file, 'x');
    const reading = poolOf({ threads }).read([stored('grey.png'), image], 10);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(
      `rgb.png has changed: expected SHA-256 ${image.sha256} in ${image.file}`,
    );
    await expect(reading).rejects.toHaveProperty('remedy', expect.stringContaining('Put the file back'));
  });

  it('refuses a range that the file does not have', async () => {
    const image = { ...stored('rgb.png'), offset: 100, bytes: 1_000_000 };
    await expect(poolOf({ threads: 0 }).read([image], 10)).rejects.toThrow('of its 1000000 bytes');
  });

  it('fails for the first of several images that cannot be prepared, and goes on', async () => {
    const pool = poolOf({ threads: 2 });
    const broken = ['b.jpg', 'a.jpg'].map((name): StoredImage => {
      const file = join(folder, name);
      writeFileSync(file, `not an image: ${name}`);
      return { file, name, sha256: sha256(Buffer.from(`not an image: ${name}`)) };
    });
    const asked = [stored('rgb.png'), ...broken];
    await expect(pool.read(asked, 10)).rejects.toThrow('Expected a JPEG, PNG or WebP image in b.jpg');
    await expect(pool.read(asked.toReversed(), 10)).rejects.toThrow('image in a.jpg');
    await expect(pool.read([stored('rgb.png')], 10)).resolves.toHaveLength(300);
  });

  it('abandons a request when its signal is aborted, but not another for the same images', async () => {
    const pool = poolOf({ threads: 1 });
    const stop = new AbortController();
    const abandoned = pool.read(names.map(stored), 30, { signal: stop.signal });
    const other = pool.read(names.map(stored), 30);
    stop.abort(new Error('enough'));
    await expect(abandoned).rejects.toThrow('enough');
    await expect(pool.read([stored('rgb.png')], 30, { signal: stop.signal })).rejects.toThrow('enough');
    await expect(other).resolves.toHaveLength(names.length * 2700);
  });

  it.each([0, 2])('refuses requests once it is closed, with %i threads', async (threads) => {
    const pool = poolOf({ threads });
    await pool.close();
    await expect(pool.read([stored('rgb.png')], 10)).rejects.toThrow('closed');
  });

  it('fails requests that are not done when it is closed', async () => {
    const pool = poolOf({ threads: 2 });
    const reading = pool.read(names.map(stored), 30);
    await Promise.all([expect(reading).rejects.toThrow('closed'), pool.close()]);
  });
});

it('a process ends once its pool has nothing to prepare', async () => {
  const script = `
    import { ImagePool } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    const block = await new ImagePool({ threads: 2 }).read([${JSON.stringify(stored('rgb.png'))}], 8);
    process.stdout.write(String(block.length));`;
  const options = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  expect(stdout).toBe('192');
});
