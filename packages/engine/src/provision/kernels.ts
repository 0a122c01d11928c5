import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OutsideError } from '@bit-repro/artifacts';
import { execa } from 'execa';
import { extract } from 'tar';
import { fingerprintOf, nativeFolder } from './binding.ts';
import { compile } from './compiler.ts';
import { headerArchive } from './headerArchive.ts';
import { kernelFiles } from './kernelFiles.ts';

const source = (name: string): string => join(nativeFolder, 'kernels', name);
/** The device code; NVRTC gets the files in this order. */
export const kernelSources = [
  ...['bfloat16.h', 'arguments.h', 'tiles.cuh'],
  ...['groupNorm.cu', 'standardise.cu'],
].map(source);
const toolSource = source('compileKernels.cc');
const streamSource = source('stream.cc');

const toolFlags = ['-O1', '-std=c++17'];
const streamFlags = [
  // As TensorFlow itself was built.
  ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNDEBUG', '-DEIGEN_MAX_ALIGN_BYTES=64'],
  '-Wl,-rpath,$ORIGIN/../tensorflow',
];
/** Holds the parts of TensorFlow's classes that its headers lack; already loaded by then. */
const framework = 'libtensorflow_framework.so.2';

/** NVRTC's name of a compute capability, such as sm_90 for 9.0. */
export const architectureOf = (computeCapability: number): string =>
  `sm_${Math.round(computeCapability * 10)}`;

/** The name of an architecture's kernels among an installation's digests. */
export const kernelsNameOf = (architecture: string): string => `${architecture}.cubin`;

/** Name of the folder for an architecture's kernels. It changes with their sources, the flags and NVRTC. */
export const kernelsFolderName = (architecture: string, nvrtcSha256: string): string =>
  `kernels-${architecture}-${fingerprintOf(
    [...toolFlags, ...streamFlags, nvrtcSha256],
    [...kernelSources, toolSource, streamSource],
  )}`;

/**
 * Compiles this project's kernels for a card into `folder`: their code, and the library that accesses
 * TensorFlow's stream. No GPU is needed.
 *
 * @param installation the folder that TensorFlow was unpacked into.
 * @param nvrtc the library's path in it.
 * @throws OutsideError that says which of the two failed, and why.
 */
export async function makeKernels(
  installation: string,
  nvrtc: string,
  architecture: string,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  await compileKernels(join(installation, nvrtc), architecture, join(folder, kernelFiles.code), signal);
  await compileStream(join(installation, 'tensorflow'), join(folder, kernelFiles.stream), signal);
}

/**
 * Compiles the kernels for an architecture with NVRTC.
 *
 * @throws OutsideError when there is no C++ compiler, or NVRTC does not load, is too old, fails, or does not
 * know the architecture.
 */
export async function compileKernels(
  nvrtc: string,
  architecture: string,
  output: string,
  signal?: AbortSignal,
): Promise<void> {
  // A separate program: a library that Node loads cannot be unloaded, and an abort would end Node.
  const tool = `${output}.compiler`;
  await compile('the program that calls NVRTC', [...toolFlags, toolSource, '-o', tool, '-ldl'], signal);
  try {
    const options = { stdin: 'ignore', ...(signal && { cancelSignal: signal }) } as const;
    await execa(tool, [nvrtc, architecture, output, ...kernelSources], options);
  } catch (cause) {
    signal?.throwIfAborted();
    throw explain(cause);
  } finally {
    await rm(tool, { force: true });
  }
}

async function compileStream(tensorflow: string, output: string, signal?: AbortSignal): Promise<void> {
  const headers = `${output}.headers`;
  await mkdir(headers);
  try {
    await extract({ file: join(tensorflow, headerArchive), cwd: headers, strict: true });
    const library = join(tensorflow, framework);
    const compilerArguments = [...streamFlags, `-I${headers}`, streamSource, library, '-o', output];
    await compile('the library that accesses TensorFlow’s stream', compilerArguments, signal);
  } finally {
    await rm(headers, { recursive: true, force: true });
  }
}

/** By the tool's exit status; a signal ends it if NVRTC crashes. */
function explain(cause: unknown): OutsideError {
  const { exitCode, stderr = '', signal } = cause as { exitCode?: number; stderr?: string; signal?: string };
  const [said = ''] = stderr.trim().split('\n');
  const message = said === '' ? `NVRTC ended with ${signal ?? `status ${exitCode ?? 'unknown'}`}` : said;
  const options = { cause };
  if (message.includes('No space left on device') || message.includes('Disk quota exceeded')) {
    return new OutsideError(
      `The disk is full: ${message}`,
      'Free some disk space, or set BIT_REPRO_CACHE to a folder on a larger disk.',
      options,
    );
  }
  if (exitCode === 3)
    return new OutsideError(
      message,
      'Use a GPU of one of these architectures, or run without kernels.',
      options,
    );
  if (exitCode === 2) {
    return new OutsideError(
      message,
      'Remove this TensorFlow from the cache and run `npx harness provision`: it fetches the NVRTC that fits.',
      options,
    );
  }
  return new OutsideError(message, 'Run `npx harness provision` again.', options);
}
