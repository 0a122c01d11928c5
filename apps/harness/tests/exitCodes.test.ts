import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exitCodes, type ExitCode, workspaceRoot } from '@bit-repro/artifacts';
import { until } from '@bit-repro/artifacts/testing';
import { execa, type Options } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'exit-codes-'));
const harness = join(workspaceRoot, 'apps/harness/bin/harness.cjs');
const start = (words: readonly string[], options: Options = {}, into = '') =>
  execa('/bin/sh', ['-c', `exec "$0" "$@" ${into}`, process.execPath, harness, ...words], {
    cwd: workspaceRoot,
    reject: false,
    forceKillAfterDelay: false,
    ...options,
    env: { BIT_REPRO_CACHE: join(folder, 'cache'), ...options.env },
  });

/** A server that never answers and handles connections as given. */
async function listening(onAsked: (socket: Socket) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onAsked(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Ends a process; false where it had ended already. */
function endIfThere(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

describe('the exit code of a command', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'bad.yaml'), 'name: bad\nshots: [0]\n');
    writeFileSync(join(folder, 'file'), '');
    // Weights that no longer match their recorded checksum.
    const weights = join(folder, 'altered', 'weights');
    mkdirSync(weights, { recursive: true });
    writeFileSync(join(weights, 'BiT-S-R50x1.npz'), 'altered');
    writeFileSync(
      join(weights, 'BiT-S-R50x1.npz.stamp.json'),
      JSON.stringify({ bytes: 1, modified: 1, sha256: '0'.repeat(64) }),
    );
  });

  it.each<[string, ExitCode, string[], Options, RegExp]>([
    ['that succeeds', exitCodes.done, ['weights', 'list'], {}, /^$/],
    [
      'whose check fails',
      exitCodes.failed,
      ['weights', 'verify', 'BiT-S-R50x1'],
      { env: { BIT_REPRO_CACHE: join(folder, 'altered') } },
      /as fetched, found .*\n.*Delete it and fetch it again/,
    ],
    ['with an invalid config', exitCodes.badInput, ['run', join(folder, 'bad.yaml')], {}, /bad\.yaml:2:9/],
    ['with an unknown option', exitCodes.badInput, ['ls', '--colour'], {}, /unknown option '--colour'/],
    ['for a run that does not exist', exitCodes.badInput, ['show', 'nothing'], {}, /No run in the store/],
    [
      'with a cache that cannot be written',
      exitCodes.outside,
      ['weights', 'fetch', 'BiT-S-R50x1'],
      { env: { BIT_REPRO_CACHE: join(folder, 'file', 'cache') } },
      /\(ENOTDIR\)\n.*Move it away/,
    ],
    [
      'that needs a cluster',
      exitCodes.outside,
      ['run', 'configs/fig6-full.yaml', '--launcher', 'slurm', '--set', 'dataset=cifar10'],
      { env: { PATH: folder } },
      /no sbatch on the PATH\n.*login node/,
    ],
  ])('%s is %i', async (_, code, words, options, said) => {
    const { exitCode, stderr } = await start(words, options);
    expect(exitCode, String(stderr)).toBe(code);
    expect(stderr).toMatch(said);
  });

  it('whose output cannot be written is 3', async () => {
    const { exitCode, stderr } = await start(['weights', 'list'], {}, '> /dev/full');
    expect(exitCode).toBe(exitCodes.outside);
    expect(stderr).toContain('cannot write to standard output: ENOSPC');
  });

  it('that cannot reach its source is 3', async () => {
    const { server, url } = await listening((socket) => socket.destroy());
    // Without Python, the official archive is the only source.
    const { exitCode, stderr } = await start(['provision'], { env: { HTTPS_PROXY: url, PATH: folder } });
    server.close();
    expect(exitCode, String(stderr)).toBe(exitCodes.outside);
    expect(stderr).toContain('Could not download libtensorflow');
  });
});

describe('an interrupted command exits with 130', () => {
  const words = {
    fetch: ['weights', 'fetch', 'BiT-S-R50x1'],
    comment: ['comment', join(workspaceRoot, 'reports/samples/fig6'), '--pull', '1', '--repository', 'a/b'],
  };

  it.each([
    ['in order if it supports that', words.fetch, 'SIGINT'],
    ['in order at SIGTERM, too', words.fetch, 'SIGTERM'],
    ['at once if it does not', words.comment, 'SIGINT'],
  ] as const)('%s', async (_, command, signal) => {
    const silent = await listening(() => undefined);
    const asked = once(silent.server, 'connection');
    const env = { HTTPS_PROXY: silent.url, GITHUB_API_URL: silent.url, GITHUB_TOKEN: 'none' };
    const process_ = start(command, { env });
    await asked;
    process_.kill(signal);
    expect(await process_).toMatchObject({ exitCode: exitCodes.interrupted, stderr: '' });
    silent.server.close();
  });

  it.each([
    ['at a second Ctrl-C, whatever it waits for', 'SIGINT', true],
    ['not before what it waits for has ended at a second SIGTERM', 'SIGTERM', false],
  ] as const)('%s', async (_, signal, outlived) => {
    const programs = mkdtempSync(join(folder, 'programs-'));
    const begun = join(programs, 'begun');
    // It takes no notice of SIGTERM; after five seconds it is killed.
    const python = `#!/bin/sh\ntrap '' TERM\necho $$ > '${begun}.new'\n/bin/mv '${begun}.new' '${begun}'\nexec /bin/sleep 600\n`;
    writeFileSync(join(programs, 'python3'), python, { mode: 0o755 });
    const cache = join(programs, 'cache');
    const provisioning = start(['provision'], { env: { PATH: programs, BIT_REPRO_CACHE: cache } });
    await until(() => existsSync(begun) || undefined);
    const pid = Number(readFileSync(begun, 'utf8'));
    provisioning.kill(signal);
    await setTimeout(1_500);
    provisioning.kill(signal);
    expect((await provisioning).exitCode).toBe(exitCodes.interrupted);
    expect(endIfThere(pid)).toBe(outlived);
  });
});
