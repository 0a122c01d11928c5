import { execa } from 'execa';
import { isReachable } from '@bit-repro/artifacts';
import { archiveName, archiveUrl } from '../provision/cdnSource.ts';
import type { EngineSource } from '../provision/installation.ts';
import { pipEnvironment } from '../provision/pip.ts';
import { wheelPython, type Release } from '../provision/releases.ts';

/** Whether a source offers TensorFlow right now. */
export interface SourceState {
  name: EngineSource;
  /** Absent when unknown: the source does not carry the release, or pip is too old to be queried. */
  reachable?: boolean;
}

const timeoutMs = 20_000;

/** Asks each source whether it offers a release, without fetching it. */
export async function examineSources(release: Release, cdnHost?: string): Promise<SourceState[]> {
  const [pip, cdn] = await Promise.all([askPip(release), askCdn(release, cdnHost)]);
  return [
    { name: 'pip', ...(pip !== undefined && { reachable: pip }) },
    { name: 'cdn', ...(cdn !== undefined && { reachable: cdn }) },
  ];
}

async function askPip({ wheels: [wheel], pipPlatform }: Release): Promise<boolean | undefined> {
  if (wheel === undefined) return undefined;
  const target = ['--python-version', wheelPython, '--platform', pipPlatform, '--only-binary=:all:'];
  const impatient = ['--retries', '0', '--timeout', '10', '--no-input', '--disable-pip-version-check'];
  const { failed, stdout, stderr } = await execa(
    'python3',
    ['-m', 'pip', 'index', 'versions', ...impatient, ...target, wheel.name],
    { env: pipEnvironment, stdin: 'ignore', timeout: timeoutMs, reject: false },
  );
  if (stderr.includes('unknown command')) return undefined;
  return !failed && stdout.includes(wheel.version);
}

async function askCdn(release: Release, host?: string): Promise<boolean | undefined> {
  const name = archiveName(release);
  return name === undefined ? undefined : isReachable(archiveUrl(name, host), timeoutMs);
}
