import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '@bit-repro/artifacts';
import { expect } from 'vitest';
import { inRowMajor } from '../src/stored/elements.ts';
import { about } from '../src/stored/storedTensor.ts';
import { withWeightsFile } from '../src/weightsFile/open.ts';
import { newFolder } from './npzFiles.ts';

const folder = new URL('fixtures/weights/', import.meta.url);

/** What tools/reference/make_weights_fixtures.py wrote. */
export const fixture = JSON.parse(readFileSync(new URL('weights.json', folder), 'utf8')) as {
  names: Record<string, Record<'timm' | 'bit_pytorch', string>>;
  network: {
    architecture: string;
    classes: number;
    seed: number;
    period: number;
    images: { name: string; count: number; size: number };
    sha256: string;
    safetensorsSha256: string;
    logits: number[];
  };
  small: {
    tensors: Record<string, { shape: number[]; values: number[] }>;
    files: Record<string, string>;
  };
};

/** A small file of the fixture. */
export const small = (name: string): Buffer => Buffer.from(fixture.small.files[name]!, 'base64');

/** Writes bytes to a new file, whose name tells nothing, and returns its path. */
export function fileOf(bytes: Buffer): string {
  const file = join(newFolder(), 'weights');
  writeFileSync(file, bytes);
  return file;
}

/** A new file of the network of the fixture. */
export const networkFile = (name: string): string =>
  fileOf(gunzipSync(gunzipSync(readFileSync(new URL(`${name}.gz.gz`, folder)))));

/** Every tensor of a file, under its name there. */
export const readAll = (
  file: string,
): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> =>
  withWeightsFile(file, async ({ tensors }) => {
    const all = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const { name, shape, strides, read } of tensors)
      all.set(name, {
        shape,
        data: await about(file, name, async () => inRowMajor(await read(), shape, strides)),
      });
    return all;
  });

/** The error of reading a file, which must be an InputError that names the file and has a remedy. */
export async function failure(
  file: string,
  read: (file: string) => Promise<unknown> = readAll,
): Promise<InputError> {
  const error: unknown = await read(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) expect.fail(`expected an InputError, found ${String(error)}`);
  expect(error.message).toContain(file);
  expect(error.remedy).toMatch(/\.$/u);
  return error;
}

/** The bits of float32 numbers, in which the two zeros differ. */
export const bitsOf = (numbers: ArrayLike<number>): number[] => [
  ...new Uint32Array(Float32Array.from(numbers).buffer),
];
