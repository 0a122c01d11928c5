import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from './compiler.ts';

const require = createRequire(import.meta.url);

const onMac = process.platform === 'darwin';
/** Every Node that this project supports has version 8 of Node-API, so one build serves all. */
const flags = [
  ...['-O2', '-std=c++17', '-fPIC', '-pthread', '-DNAPI_VERSION=8'],
  ...(onMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
  // Relative to the addon's folder, so that the cache can be moved.
  `-Wl,-rpath,${onMac ? '@loader_path' : '$ORIGIN'}/../tensorflow`,
];

/** The folder of this project's kernels. */
export const nativeFolder = fileURLToPath(new URL('../../native', import.meta.url));
const tfjsFolder = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
/** tfjs-node's addon, and the kernels of this project that are linked into it. */
const sourceFolders = [join(tfjsFolder, 'binding'), nativeFolder, join(nativeFolder, 'gpu')];

const headerFolder = (): string => (require('node-api-headers') as { include_dir: string }).include_dir;

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((item) => item.isFile())
    .map(({ name }) => join(folder, name))
    .sort();

/**
 * The file of the addon for the libraries in `installationFolder`. Its name changes with its sources and with
 * the flags.
 */
export function bindingPath(installationFolder: string): string {
  const headers = filesOf(join(nativeFolder, 'kernels')).filter((file) => file.endsWith('.h'));
  const fingerprint = fingerprintOf(flags, [...sourceFolders.flatMap(filesOf), ...headers]);
  return join(installationFolder, `binding-${fingerprint}`, 'tfjs_binding.node');
}

/** Ten digits that change with the sources and the compiler options. */
export function fingerprintOf(options: readonly string[], files: readonly string[]): string {
  const hash = createHash('sha256').update(options.join(' '));
  for (const file of files) hash.update(file.slice(file.lastIndexOf('/') + 1)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 10);
}

/** What is compiled into the addon beside its own sources, or instead of them. */
export interface BindingVariant {
  /** Whether to compile a source file. */
  takes?: (file: string) => boolean;
  flags?: readonly string[];
  /** Stops the compilation. */
  signal?: AbortSignal;
}

/**
 * Compiles tfjs-node's native addon, with this project's kernels, against the libraries in `libraryFolder`.
 *
 * @throws OutsideError when there is no C++ compiler or it fails.
 */
export async function compileBinding(
  libraries: readonly string[],
  libraryFolder: string,
  output: string,
  { takes = () => true, flags: ownFlags = [], signal }: BindingVariant = {},
): Promise<void> {
  const sources = sourceFolders
    .flatMap(filesOf)
    .filter((file) => file.endsWith('.cc'))
    .filter(takes);
  const headers = [...sourceFolders, tfjsFolder, headerFolder(), join(libraryFolder, 'include')];
  const compilerArguments = [
    ...flags,
    ...ownFlags,
    ...headers.map((path) => `-I${path}`),
    ...sources,
    ...libraries.map((name) => join(libraryFolder, name)),
    ...(onMac ? [] : ['-ldl']),
    ...['-o', output],
  ];
  await compile('tfjs-node’s binding', compilerArguments, signal);
}
