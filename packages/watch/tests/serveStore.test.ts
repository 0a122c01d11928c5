import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runId, type RunStore } from '@bit-repro/runs';
import { seeded, temporaryStore } from '@bit-repro/runs/testing';
import { serveStore } from '../src/serveStore.ts';
import { fillWithAllStates, start } from './stores.ts';

async function serve(store: RunStore): Promise<URL> {
  const served = await serveStore(store.folder);
  onTestFinished(() => served.close());
  return new URL(served.address);
}

/** The status of a request with another name of the host. */
const statusFor = (url: URL, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the server of a store', () => {
  it('answers only under the address that it gave', async () => {
    const address = await serve(temporaryStore());
    expect((await fetch(address)).status).toBe(200);
    expect((await fetch(new URL('/', address))).status).toBe(404);
    expect((await fetch(new URL('/state', address))).status).toBe(404);
    expect((await fetch(new URL('../state', address))).status).toBe(404);
  });

  it.each([
    ['localhost:1234', 200],
    ['127.0.0.1', 200],
    ['LOCALHOST', 200],
    ['evil.example', 403],
    ['localhost.evil.example:80', 403],
    ['127.0.0.1.evil.example', 403],
  ])('answers a request to the host "%s" with %i', async (host, status) => {
    expect(await statusFor(await serve(temporaryStore()), host)).toBe(status);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
    const { status, headers } = await fetch(await serve(temporaryStore()), { method });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('lets the page load nothing from elsewhere', async () => {
    const { headers } = await fetch(await serve(temporaryStore()));
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('gives the runs and the curve of one', async () => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const address = await serve(store);
    const state = (await (await fetch(new URL('state', address))).json()) as { rows: unknown[] };
    expect(state.rows).toHaveLength(10);
    const curve = (await (await fetch(new URL(`curve?run=${runId(seeded(1))}`, address))).json()) as {
      losses: unknown[];
    };
    expect(curve.losses).toHaveLength(200);
  });

  it.each(['../runs', '..', '.plans', '', 'no-such-run', '%2e%2e%2fetc', 'constructor'])(
    'reads no folder that is no run of the store: "%s"',
    async (name) => {
      const store = temporaryStore();
      await start(store, seeded(0));
      const address = await serve(store);
      await fetch(new URL('state', address));
      expect((await fetch(new URL(`curve?run=${name}`, address))).status).toBe(404);
      expect((await fetch(new URL(name === '' ? 'x' : encodeURIComponent(name), address))).status).toBe(404);
    },
  );

  it('says that a port is taken, and what to do', async () => {
    const address = await serve(temporaryStore());
    await expect(serveStore('/nowhere', Number(address.port))).rejects.toMatchObject({
      message: `Port ${address.port} cannot be used (EADDRINUSE)`,
      remedy: expect.stringContaining('--port') as unknown,
    });
  });
});
