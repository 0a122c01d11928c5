import { readdir } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { OutsideError } from '@bit-repro/artifacts';
import { execa } from 'execa';
import { wheelPython, type Wheel } from './releases.ts';

/**
 * Settings for output that can be parsed, and against the user's install options that would reject the wheel:
 * nothing is installed, and the wheel is checked by its SHA-256. A variable takes precedence over pip.conf;
 * the user's package index is kept.
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
 * Downloads a wheel into the empty folder `folder` with the user's own pip, so that their index, proxy and
 * certificates apply.
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
      // The system's temporary folder is often smaller than a wheel.
      env: { ...pipEnvironment, TMPDIR: folder },
      ...(signal && { cancelSignal: signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw explain(cause, wheel);
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (file === undefined) {
    throw new OutsideError(`pip downloaded no wheel of ${wheel.name}`, 'Run the command again.');
  }
  return join(folder, file);
}

export const pythonRemedy = 'Install Python 3 with pip.';
export const pipRemedy = 'Install it: `python3 -m ensurepip`, or the package python3-pip of your system.';

/** Patterns in pip's output, what they mean for `wheel`, and the remedy. The first match is used. */
const failures: readonly [pattern: RegExp, message: (wheel: string) => string, remedy: string][] = [
  [/No module named pip/, () => 'There is no pip for python3', pipRemedy],
  [
    /No space left|Errno 28|Disk quota exceeded/,
    (wheel) => `The disk is full: pip could not store ${wheel}`,
    'Free some disk space (pip also keeps a copy in its own cache), or set BIT_REPRO_CACHE to a folder on a larger disk.',
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
    'Update pip (`python3 -m pip install --upgrade pip`), or check which index it uses with `python3 -m pip config list`.',
  ],
];

function explain(cause: unknown, { name, version }: Wheel): OutsideError {
  const { code, stderr = '' } = cause as { code?: string; stderr?: string };
  const options = { cause };
  if (code === 'ENOENT') {
    return new OutsideError('There is no python3 on the PATH', pythonRemedy, options);
  }
  const wheel = `${name} ${version}`;
  const known = failures.find(([pattern]) => pattern.test(stderr));
  if (known !== undefined) return new OutsideError(known[1](wheel), known[2], options);
  return new OutsideError(
    `pip could not fetch ${wheel}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    `Look at the output of \`python3 -m pip download --no-deps ${name}==${version}\`.`,
    options,
  );
}
