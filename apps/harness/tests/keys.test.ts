import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportCode } from '@bit-repro/report';
import { type ReachedCode, resultCode } from '@bit-repro/runs';
import { copyWorkspace, linkPackages } from '@bit-repro/artifacts/testing';

let workspace: string;
let digest: string;

/** A copy of the code of this workspace. */
beforeAll(async () => {
  workspace = copyWorkspace();
  linkPackages(workspace);
  ({ digest } = await resultCode(workspace));
});

/** The digest while a file is edited. */
async function edited(
  file: string,
  edit: (text: string) => string,
  codeOf: (workspace: string) => Promise<ReachedCode> = resultCode,
): Promise<string> {
  const path = join(workspace, file);
  const before = readFileSync(path, 'utf8');
  const after = edit(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  try {
    return (await codeOf(workspace)).digest;
  } finally {
    writeFileSync(path, before);
  }
}

/** Gives an npm package another version in the lock file. */
const upgraded =
  (name: string) =>
  (lock: string): string => {
    const parsed = JSON.parse(lock) as { packages: Record<string, { version: string }> };
    parsed.packages[`node_modules/${name}`]!.version = '999.0.0';
    return JSON.stringify(parsed);
  };

describe('the digest of the code that results depend on', () => {
  it('is the same wherever the workspace is', async () => {
    expect((await resultCode()).digest).toBe(digest);
  });

  it.each<[string, string, (text: string) => string]>([
    ['a line of doctor', 'apps/harness/src/doctor/code.ts', (text) => `${text}\nexport const more = 1;\n`],
    [
      'a message of a download',
      'packages/artifacts/src/download.ts',
      (text) => text.replace('Expected', 'Wanted'),
    ],
    [
      'a figure of the report',
      'packages/report/src/figures.ts',
      (text) => `${text}\nexport const more = 1;\n`,
    ],
    [
      'a statistic of the report',
      'packages/metrics/src/intervals.ts',
      (text) => `${text}\nexport const more = 1;\n`,
    ],
    ['a comment in the training loop', 'packages/trainer/src/trainingLoop.ts', (text) => `// Why.\n${text}`],
    ['the version of Prettier', 'package-lock.json', upgraded('prettier')],
    ['the version of Vega', 'package-lock.json', upgraded('vega')],
  ])('does not change with %s', async (_, file, edit) => {
    expect(await edited(file, edit)).toBe(digest);
  });

  it.each<[string, string, (text: string) => string]>([
    [
      'a kernel of the processor',
      'packages/engine/native/loops.inc',
      (text) => text.replace('z < 0', 'z <= 0'),
    ],
    ['a kernel of the GPU', 'packages/engine/native/kernels/groupNorm.cu', (text) => `${text}\n`],
    [
      'the compiler’s flags',
      'packages/engine/src/provision/binding.ts',
      (text) => text.replace('-O2', '-O3'),
    ],
    ['the training loop', 'packages/trainer/src/trainingLoop.ts', (text) => `${text}\nconsole.log();\n`],
    [
      'the learning rate’s decay',
      'packages/trainer/src/hyperRule.ts',
      (text) => text.replace('rate / 10', 'rate / 9'),
    ],
    [
      'the reading of weights files',
      'packages/model/src/stored/elements.ts',
      (text) => text.replace('littleEndian !==', 'littleEndian ==='),
    ],
    [
      'the decoding of images',
      'packages/data/src/cifarFormat.ts',
      (text) => text.replace('3 * pixel + 1', '3 * pixel + 2'),
    ],
    ['the version of TensorFlow.js', 'package-lock.json', upgraded('@tensorflow/tfjs-node-gpu')],
    ['the version of a dependency of TensorFlow.js', 'package-lock.json', upgraded('@tensorflow/tfjs-core')],
    ['the version of the random number generator', 'package-lock.json', upgraded('pure-rand')],
  ])('changes with %s', async (_, file, edit) => {
    expect(await edited(file, edit)).not.toBe(digest);
  });

  it('lists its files, none of which fetches, stores or reports', async () => {
    const { files } = await resultCode();
    expect(files).toContain('packages/engine/native/loops.inc');
    expect(files).toContain('packages/trainer/src/trainingLoop.ts');
    expect(
      files.filter((file) =>
        /download|provision\/(pip|wheel)|apps\/|packages\/(experiment|runs|launch|slurm|report|archive|terminal)\//.test(
          file,
        ),
      ),
    ).toEqual([]);
  });
});

describe('the digest of the code that makes a report', () => {
  const report = 'packages/report/src';

  it.each<[string, string, (text: string) => string]>([
    ['its texts', `${report}/view/lead.ts`, (text) => text.replace('Fine-tuned on', 'Trained on')],
    [
      'its numbers',
      `${report}/reducers.ts`,
      (text) => text.replace('xoroshiro128plus(0)', 'xoroshiro128plus(1)'),
    ],
    ['its template', `${report}/report.hbs`, (text) => `${text}\n`],
    ['its style', `${report}/page/base.css`, (text) => `${text}\n`],
    ['a statistic', 'packages/metrics/src/intervals.ts', (text) => text.replace('return', 'void 0; return')],
    ['the version of Vega', 'package-lock.json', upgraded('vega')],
    ['the version of its fonts', 'package-lock.json', upgraded('dejavu-fonts-ttf')],
  ])('changes with %s', async (_, file, edit) => {
    const before = (await reportCode(workspace)).digest;
    expect(await edited(file, edit, reportCode)).not.toBe(before);
  });

  it.each<[string, string, (text: string) => string]>([
    ['doctor', 'apps/harness/src/doctor/code.ts', (text) => `${text}\nexport const more = 1;\n`],
    [
      'the training loop',
      'packages/trainer/src/trainingLoop.ts',
      (text) => `${text}\nexport const more = 1;\n`,
    ],
    ['the version of Prettier', 'package-lock.json', upgraded('prettier')],
  ])('does not change with %s', async (_, file, edit) => {
    const before = (await reportCode(workspace)).digest;
    expect(await edited(file, edit, reportCode)).toBe(before);
  });
});
