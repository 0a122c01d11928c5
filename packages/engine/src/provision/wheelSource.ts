import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { openPromise } from 'yauzl';
import { digestFile } from '@bit-repro/artifacts';
import { EngineError } from '../errors.ts';
import { wheelPython, type Release, type Wheel } from './releases.ts';

/** What is kept of a wheel: the shared libraries and the headers that the binding includes. */
const wantedMembers = [
  /^tensorflow\/libtensorflow_(cc|framework)(\.so\.2|\.2\.dylib)$/,
  /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/c|tsl\/platform|xla\/tsl\/c)\/([\w/]*(c_api|tf_|tsl_)\w*|ctstring\w*|\w+)\.h$/,
  /^nvidia\/[\w-]+\/lib\/[\w.-]+$/,
  /^nvidia\/cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/[\w.-]+)$/,
];

/**
 * Unpacks the libraries of a release into `folder` (`tensorflow/` beside `nvidia/`, as the libraries expect), from wheels
 * that the user's own pip fetches, so that their index, proxy and certificates apply.
 */
export async function fetchFromWheels(
  release: Release,
  folder: string,
  onMessage: (line: string) => void,
): Promise<void> {
  for (const [index, wheel] of release.wheels.entries()) {
    onMessage(`Fetching ${wheel.name} ${wheel.version} with pip (${index + 1} of ${release.wheels.length})`);
    const downloads = await mkdtemp(join(folder, '.wheel-'));
    const file = await pipDownload(release, wheel, downloads);
    const sha256 = await digestFile(file, 'sha256');
    if (sha256 !== wheel.sha256) {
      throw new EngineError(
        `Expected the wheel ${wheel.name} ${wheel.version} with sha256 ${wheel.sha256}, found ${sha256}`,
        'The package index serves an altered file: use another index (pip config), or remove it from pip’s cache.',
      );
    }
    await unpack(file, folder);
    await rm(downloads, { recursive: true });
  }
}

async function pipDownload(release: Release, wheel: Wheel, folder: string): Promise<string> {
  const options = [
    '--no-deps',
    '--only-binary=:all:',
    '--disable-pip-version-check',
    '--no-input',
    '--quiet',
  ];
  const target = [
    '--python-version',
    wheelPython,
    '--implementation',
    'cp',
    '--platform',
    release.pipPlatform,
  ];
  try {
    await execa(
      'python3',
      ['-m', 'pip', 'download', ...options, ...target, '--dest', folder, `${wheel.name}==${wheel.version}`],
      { stdin: 'ignore' },
    );
  } catch (cause) {
    throw explainPip(cause, wheel);
  }
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  if (file === undefined) {
    throw new EngineError(`Expected a wheel of ${wheel.name} from pip, found none`, 'Run the command again.');
  }
  return join(folder, file);
}

function explainPip(cause: unknown, wheel: Wheel): EngineError {
  const { code, stderr = '' } = cause as { code?: string; stderr?: string };
  const options = { cause };
  if (code === 'ENOENT') {
    return new EngineError('Expected python3 on the PATH, found none', 'Install Python 3 with pip.', options);
  }
  if (stderr.includes('No module named pip')) {
    return new EngineError(
      'Expected pip in python3, found none',
      'Install it: `python3 -m ensurepip`, or the package python3-pip of your system.',
      options,
    );
  }
  if (/No space left|Errno 28/.test(stderr)) {
    return new EngineError(
      `The disk is full: pip could not store ${wheel.name}`,
      'Free some disk space (pip uses TMPDIR and its own cache, too), or point BIT_REPRO_CACHE at a larger disk.',
      options,
    );
  }
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  return new EngineError(
    `pip could not fetch ${wheel.name} ${wheel.version}: ${lastLine}`,
    `Check the network and \`python3 -m pip download ${wheel.name}==${wheel.version}\`.`,
    options,
  );
}

async function unpack(wheel: string, folder: string): Promise<void> {
  const archive = await openPromise(wheel);
  try {
    for await (const entry of archive.eachEntry()) {
      if (!wantedMembers.some((pattern) => pattern.test(entry.fileName))) continue;
      const target = join(folder, entry.fileName);
      await mkdir(dirname(target), { recursive: true });
      const executable = entry.fileName.includes('/bin/');
      await pipeline(
        await archive.openReadStreamPromise(entry),
        createWriteStream(target, { mode: executable ? 0o755 : 0o644 }),
      );
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== undefined) throw cause;
    throw new EngineError(
      `Expected a whole wheel, found a broken one in ${wheel}`,
      'Run the command again.',
      { cause },
    );
  } finally {
    archive.close();
  }
}
