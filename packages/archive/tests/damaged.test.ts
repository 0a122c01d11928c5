import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beyondItsEnd } from '@bit-repro/artifacts/testing';
import { expect, it, onTestFinished } from 'vitest';
import { ZipFile } from 'yazl';
import { readArchive } from '../src/readArchive.ts';

it('an archive that refers to bytes beyond 2^53 is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const zip = new ZipFile();
  zip.end({ forceZip64Format: true, comment: '' });
  const file = join(folder, 'runs.zip');
  writeFileSync(file, beyondItsEnd(await buffer(zip.outputStream)));
  await expect(readArchive(file, folder)).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringMatching(
      /cannot be read as an archive: it refers to byte \d+, behind its end/u,
    ) as string,
  });
});
