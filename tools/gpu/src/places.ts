import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './settings.ts';

/** Where the project tells what nobody had measured on a GPU yet. */
const folders = ['configs', 'docs', 'packages/launch/src/forecast', 'packages/trainer/src'];
const open =
  /not measured|an estimate|minGpuMemory: \d|(not|never) (been )?(run|tried) on (a|one|any)\b|TFLOP\/s|GFLOP\/s|bytesPerActivation =|processBytes =/i;

export interface Place {
  file: string;
  line: number;
  text: string;
}

/** Lines that measurements on a GPU must change, or confirm. */
export async function places(): Promise<Place[]> {
  const inFolders = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true }))
        .filter((name) => /\.(md|ya?ml|ts)$/.test(name))
        .map((name) => join(folder, name)),
    ),
  );
  const files = ['README.md', ...inFolders.flat().sort()];
  const found = await Promise.all(
    files.map(async (file) =>
      (await readFile(join(root, file), 'utf8'))
        .split('\n')
        .flatMap((text, index): Place[] =>
          open.test(text) ? [{ file, line: index + 1, text: text.trim() }] : [],
        ),
    ),
  );
  return found.flat();
}
