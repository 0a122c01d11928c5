// Prepares every image of a folder once. Prints images per second.
// node --import tsx measure.ts FOLDER SIDE THREADS BATCH
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImagePool, type StoredImage } from '../src/index.ts';

const [folder = '', ...numbers] = process.argv.slice(2);
const [side = 512, threads = 2, batch = 64] = numbers.map(Number);

const images = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }): StoredImage => {
    const file = join(parentPath, name);
    return { file, name, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
  });
const pool = new ImagePool({ threads, cacheBytes: 0 });
const requests = Array.from({ length: Math.ceil(images.length / batch) }, (_, index) =>
  images.slice(index * batch, (index + 1) * batch),
);

// Two at a time, as a DataLoader fetches ahead. The first is for the threads to start.
const [first = [], ...others] = requests;
await pool.read(first, side);
const start = performance.now();
let next = others[0] && pool.read(others[0], side);
for (let index = 1; next !== undefined; index += 1) {
  const request = next;
  next = others[index] && pool.read(others[index]!, side);
  await request;
}
const seconds = (performance.now() - start) / 1000;
await pool.close();
process.stdout.write(`${(images.length - first.length) / seconds}\n`);
