import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, parseCommandString } from 'execa';
import { EngineError } from '../errors.ts';

const require = createRequire(import.meta.url);

const onMac = process.platform === 'darwin';
/** Version 8 of Node-API is in every Node this project runs on, so one build serves them all. */
const flags = [
  ...['-O2', '-std=c++17', '-fPIC', '-pthread', '-DNAPI_VERSION=8'],
  ...(onMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
  // Beside the addon's folder, so that the cache may move.
  `-Wl,-rpath,${onMac ? '@loader_path' : '$ORIGIN'}/../tensorflow`,
];

const tfjsFolder = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
/** tfjs-node's addon, and the kernels of this project that are linked into it. */
const sourceFolders = [join(tfjsFolder, 'binding'), fileURLToPath(new URL('../../native', import.meta.url))];

const headerFolder = (): string => (require('node-api-headers') as { include_dir: string }).include_dir;

/** Where the addon for the libraries in `installationFolder` lies. It changes with its sources and with the flags. */
export function bindingPath(installationFolder: string): string {
  const hash = createHash('sha256').update(flags.join(' '));
  for (const folder of sourceFolders) {
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  const fingerprint = hash.digest('hex').slice(0, 10);
  return join(installationFolder, `binding-${fingerprint}`, 'tfjs_binding.node');
}

/** How to come by a compiler. */
export const compilerRemedy =
  'Install one (Debian: `apt-get install g++`; macOS: `xcode-select --install`), or name it with CXX.';

/** The user's C++ compiler, with arguments where CXX has some. */
export function compilerCommand({ CXX = '' }: NodeJS.ProcessEnv = process.env): readonly string[] {
  return CXX.trim() === '' ? ['c++'] : parseCommandString(CXX);
}

/**
 * Compiles tfjs-node's native addon, with this project's kernels, against the libraries in `libraryFolder`.
 *
 * @throws EngineError when there is no C++ compiler or it refuses.
 */
export async function compileBinding(
  libraries: readonly string[],
  libraryFolder: string,
  output: string,
): Promise<void> {
  const [command = '', ...ownArguments] = compilerCommand();
  const sources = sourceFolders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.cc'))
      .map((name) => join(folder, name)),
  );
  const headers = [...sourceFolders, tfjsFolder, headerFolder(), join(libraryFolder, 'include')];
  try {
    await execa(
      command,
      [
        ...ownArguments,
        ...flags,
        ...headers.map((path) => `-I${path}`),
        ...sources,
        ...libraries.map((name) => join(libraryFolder, name)),
        ...['-o', output],
      ],
      { stdin: 'ignore' },
    );
  } catch (cause) {
    throw explain(cause, command);
  }
}

function explain(cause: unknown, compiler: string): EngineError {
  const { code, stderr = '' } = cause as { code?: string; stderr?: string };
  if (code === 'ENOENT') {
    return new EngineError(`Expected a C++ compiler, found no \`${compiler}\` on the PATH`, compilerRemedy, {
      cause,
    });
  }
  if (stderr.includes('No space left on device')) {
    return new EngineError(
      'The disk is full: the binding could not be compiled',
      'Free some disk space (the compiler uses TMPDIR, too).',
      { cause },
    );
  }
  const lines = stderr.trim().split('\n');
  const firstError = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? '';
  return new EngineError(
    `The C++ compiler \`${compiler}\` could not build tfjs-node's binding: ${firstError}`,
    'It needs C++17 (GCC 8 or Clang 7): install a newer compiler, or name one with CXX.',
    { cause },
  );
}
