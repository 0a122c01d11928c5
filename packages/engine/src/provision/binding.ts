import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { EngineError } from '../errors.ts';

/** Version 8 of Node-API is in every Node this project runs on, so one build serves them all. */
const napiVersion = 8;

const require = createRequire(import.meta.url);

const sourceFolder = (): string =>
  join(dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json')), 'binding');

const headerFolder = (): string => (require('node-api-headers') as { include_dir: string }).include_dir;

/** Ten hex digits that change with the sources of the binding and with how it is compiled. */
export function bindingFingerprint(): string {
  const hash = createHash('sha256').update(`napi ${napiVersion}`);
  const folder = sourceFolder();
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 10);
}

/**
 * Compiles tfjs-node's native addon against the libraries in `libraryFolder`, which it will load from there.
 *
 * @throws EngineError when there is no C++ compiler or it refuses.
 */
export async function compileBinding(
  libraries: readonly string[],
  libraryFolder: string,
  output: string,
): Promise<void> {
  const compiler = process.env.CXX ?? 'c++';
  const folder = sourceFolder();
  const sources = readdirSync(folder).filter((name) => name.endsWith('.cc'));
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  try {
    await execa(
      compiler,
      [
        ...['-O2', '-std=c++17', '-fPIC', `-DNAPI_VERSION=${napiVersion}`, ...shared],
        ...[folder, join(folder, '..'), headerFolder(), join(libraryFolder, 'include')].map(
          (path) => `-I${path}`,
        ),
        ...sources.map((name) => join(folder, name)),
        ...libraries.map((name) => join(libraryFolder, name)),
        `-Wl,-rpath,${libraryFolder}`,
        ...['-o', output],
      ],
      { stdin: 'ignore' },
    );
  } catch (cause) {
    const { code, stderr = '' } = cause as { code?: string; stderr?: string };
    if (code === 'ENOENT') {
      throw new EngineError(
        `Expected a C++ compiler, found no \`${compiler}\` on the PATH`,
        'Install one (Debian: `apt-get install g++`; macOS: `xcode-select --install`), or name it with CXX.',
        { cause },
      );
    }
    if (stderr.includes('No space left on device')) {
      throw new EngineError('The disk is full: the binding could not be compiled', 'Free some disk space.', {
        cause,
      });
    }
    const firstError =
      stderr.split('\n').find((line) => line.includes('error')) ?? stderr.trim().split('\n')[0] ?? '';
    throw new EngineError(
      `The C++ compiler \`${compiler}\` could not build tfjs-node's binding: ${firstError}`,
      'It needs C++17 (GCC 8 or Clang 7): install a newer compiler, or name one with CXX.',
      { cause },
    );
  }
}
