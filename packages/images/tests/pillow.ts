import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const folder = new URL('fixtures/', import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const pair = z.tuple([z.number(), z.number()]);

/** What Pillow makes of each file, and lengths to which it refuses to read some: tools/reference/make_image_fixtures.py. */
export const { images, cut } = z
  .object({
    images: z.record(z.string(), z.object({ width: z.number(), height: z.number(), sha256: z.string() })),
    cut: z.record(z.string(), z.array(z.number())),
  })
  .parse(json('images.json'));

/** Images of `formulaImage` resized by Pillow, rows first. */
export const { cases: resizes } = z
  .object({ cases: z.array(z.object({ from: pair, to: pair, sha256: z.string() })) })
  .parse(json('resize.json'));

export const pathOf = (name: string): string => fileURLToPath(new URL(`files/${name}`, folder));
export const contentOf = (name: string): Uint8Array => readFileSync(pathOf(name));
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The script's image of this size, by a formula. */
export function formulaImage(width: number, height: number): Uint8Array {
  return Uint8Array.from(
    { length: width * height * 3 },
    (_, index) => Math.imul(index ^ (index >>> 7), 2654435761) >>> 24,
  );
}
