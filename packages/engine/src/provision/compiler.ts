import { OutsideError } from '@bit-repro/artifacts';
import { execa, parseCommandString } from 'execa';

/** How to get a compiler. */
export const compilerRemedy =
  'Install one (Debian: `apt-get install g++`; macOS: `xcode-select --install`), or name it in CXX.';

/** The user's C++ compiler, with arguments if CXX has some. */
export function compilerCommand({ CXX = '' }: NodeJS.ProcessEnv = process.env): readonly string[] {
  return CXX.trim() === '' ? ['c++'] : parseCommandString(CXX);
}

/**
 * Calls the user's C++ compiler.
 *
 * @param what is compiled, for messages.
 * @throws OutsideError when there is none or it fails; the reason of `signal`.
 */
export async function compile(
  what: string,
  compilerArguments: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const [command = '', ...ownArguments] = compilerCommand();
  try {
    // English messages, which are parsed below.
    const options = {
      env: { LC_ALL: 'C' },
      stdin: 'ignore',
      ...(signal && { cancelSignal: signal }),
    } as const;
    await execa(command, [...ownArguments, ...compilerArguments], options);
  } catch (cause) {
    signal?.throwIfAborted();
    throw explain(cause, what, command);
  }
}

function explain(cause: unknown, what: string, compiler: string): OutsideError {
  const { code, stderr = '' } = cause as { code?: string; stderr?: string };
  if (code === 'ENOENT') {
    return new OutsideError(`There is no C++ compiler: \`${compiler}\` is not on the PATH`, compilerRemedy, {
      cause,
    });
  }
  if (stderr.includes('No space left on device')) {
    return new OutsideError(
      `The disk is full: ${what} could not be compiled`,
      'Free some disk space (the compiler also uses TMPDIR).',
      { cause },
    );
  }
  const lines = stderr.trim().split('\n');
  const firstError = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? '';
  return new OutsideError(
    `The C++ compiler \`${compiler}\` could not build ${what}: ${firstError}`,
    'It needs C++17 (GCC 8 or Clang 7): install a newer compiler, or name one in CXX.',
    { cause },
  );
}
