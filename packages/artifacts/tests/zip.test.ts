import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openZip } from '../src/index.ts';
import { beyondItsEnd } from '../testing/index.ts';
import { temporaryFolder } from './temporary.ts';

/** A zip64 file with a stored and a deflated member. */
async function zip64(): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('stored'), 'a', { compress: false, forceZip64Format: true });
  zip.addBuffer(Buffer.from('deflated'), 'b', { forceZip64Format: true });
  zip.end({ forceZip64Format: true, comment: '' });
  return buffer(zip.outputStream);
}

/** The content of every member by name. */
async function contentOf(bytes: Buffer): Promise<Record<string, string>> {
  const file = join(temporaryFolder(), 'any.zip');
  writeFileSync(file, bytes);
  const { zip, close } = await openZip(file);
  try {
    const content: Record<string, string> = {};
    for await (const entry of zip.eachEntry())
      content[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString();
    return content;
  } finally {
    await close();
  }
}

it('a zip64 file gives its members', async () => {
  expect(await contentOf(await zip64())).toEqual({ a: 'stored', b: 'deflated' });
});

it('a zip64 file that refers to a byte beyond 2^53 fails where it can be caught', async () => {
  await expect(contentOf(beyondItsEnd(await zip64()))).rejects.toThrow(
    /refers to byte \d+, behind its end at \d+/u,
  );
});

it('a file with a flipped bit is read or fails, and never hangs', async () => {
  const sound = await zip64();
  const outcomes = new Set<string>();
  // One bit of each byte, each time another.
  for (let bit = 0; bit < 8 * sound.length; bit += 7) {
    const damaged = Buffer.from(sound);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    outcomes.add(
      await contentOf(damaged).then(
        () => 'read',
        () => 'failed',
      ),
    );
  }
  expect([...outcomes].sort()).toEqual(['failed', 'read']);
});
