import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with these files, which hold their own names unless they say otherwise. */
export function madeFolder(
  files: readonly (string | [name: string, content: string | Uint8Array])[],
): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'bit-repro-tests-')), 'photos');
  mkdirSync(folder);
  for (const file of files) {
    const [name, content] = typeof file === 'string' ? [file, file] : file;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
