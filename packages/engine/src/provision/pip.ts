import { readdir } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { OutsideError } from '@bit-repro/artifacts';
import { execa } from 'execa';
import { wheelPython, type Wheel } from './releases.ts';

/**
 * How pip is to speak, in the language that is read here, and what users ask of it for installing: nothing is installed, and the wheel
 * is held to its SHA-256. A variable holds over pip.conf; where packages come from stays the user's.
 */
export const pipEnvironment = {
  LC_ALL: 'C',
  FORCE_COLOR: undefined,
  PIP_NO_COLOR: '1',
  PIP_QUIET: '0',
  PIP_VERBOSE: '0',
  PIP_REQUIRE_VIRTUALENV: '0',
  PIP_REQUIRE_HASHES: '0',
  PIP_CONSTRAINT: devNull,
};

/**
 * Has the user's own pip put a wheel into the empty folder `folder`, so that their index, proxy and certificates apply.
 *
 * @throws OutsideError when there is no Python or pip, or pip cannot fetch the wheel; the reason of `signal`.
 */
export async function downloadWheel(
  wheel: Wheel,
  platform: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  const target = ['--python-version', wheelPython, '--implementation', 'cp', '--platform', platform];
  const exactly = ['--no-deps', '--only-binary=:all:', `${wheel.name}==${wheel.version}`];
  try {
    await execa('python3', ['-m', 'pip', 'download', ...quiet, ...target, '--dest', folder, ...exactly], {
      stdin: 'ignore',
      // The system's folder for temporary files is often smaller than a wheel.
      env: { ...pipEnvironment, TMPDIR: folder },
      ...(signal && { cancelSignal: signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw explain(cause, wheel);
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (file === undefined) {
    throw new OutsideError(
      `Expected a wheel of ${wheel.name} from pip, found none`,
      'Run the command again.',
    );
  }
  return join(folder, file);
}

export const pythonRemedy = 'Install Python 3 with pip.';
export const pipRemedy = 'Install it: `python3 -m ensurepip`, or the package python3-pip of your system.';

/** What pip prints, what that means for `wheel`, and what to do about it. The first that fits is taken. */
const failures: readonly [pattern: RegExp, message: (wheel: string) => string, remedy: string][] = [
  [/No module named pip/, () => 'Expected pip in python3, found none', pipRemedy],
  [
    /No space left|Errno 28|Disk quota exceeded/,
    (wheel) => `The disk is full: pip could not store ${wheel}`,
    'Free some disk space (pip keeps a copy in its own cache, too), or point BIT_REPRO_CACHE at a larger disk.',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|SSLError/,
    (wheel) => `pip could not fetch ${wheel}: it does not trust the certificate of the package index`,
    'Name the file with your network’s certificates: `python3 -m pip config set global.cert FILE`.',
  ],
  [
    /NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|name resolution|Connection(Reset|Refused)Error|Max retries/i,
    (wheel) => `pip could not fetch ${wheel}: the package index does not answer`,
    'Check the network, the proxy (HTTPS_PROXY) and `python3 -m pip config list`.',
  ],
  [
    /No matching distribution/,
    (wheel) => `pip could not fetch ${wheel}: the package index has no such wheel, or pip cannot see it`,
    'Update pip (`python3 -m pip install --upgrade pip`), or see `python3 -m pip config list` for the index it asks.',
  ],
];

function explain(cause: unknown, { name, version }: Wheel): OutsideError {
  const { code, stderr = '' } = cause as { code?: string; stderr?: string };
  const options = { cause };
  if (code === 'ENOENT') {
    return new OutsideError('Expected python3 on the PATH, found none', pythonRemedy, options);
  }
  const wheel = `${name} ${version}`;
  const known = failures.find(([pattern]) => pattern.test(stderr));
  if (known !== undefined) return new OutsideError(known[1](wheel), known[2], options);
  return new OutsideError(
    `pip could not fetch ${wheel}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    `See what \`python3 -m pip download --no-deps ${name}==${version}\` says.`,
    options,
  );
}
