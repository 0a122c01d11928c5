import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { InputError, OutsideError } from '@bit-repro/artifacts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedHubWeights, fetchHubWeights, parseHub } from '../src/index.ts';
import type { HubOptions } from '../src/hub/fetchHub.ts';
import { newFolder } from './npzFiles.ts';
import { send, sendHalf, startServer, type Handler, type WeightsServer } from './weightsServer.ts';

const content = Buffer.from('the bytes of a safetensors file');
const sha256 = createHash('sha256').update(content).digest('hex');
const commit = 'c'.repeat(40);
const model = { repository: 'timm/resnetv2_50x1_bit.goog_in21k' };
const asked = '/api/models/timm/resnetv2_50x1_bit.goog_in21k/paths-info/main';
const resolved = `/timm/resnetv2_50x1_bit.goog_in21k/resolve/${commit}/model.safetensors`;

/** What the hub answers to `paths-info`, as its API documents it. */
const told = (change: object = {}): unknown => [
  {
    type: 'file',
    path: 'model.safetensors',
    oid: 'd'.repeat(40),
    size: content.length,
    lfs: { oid: sha256, size: content.length, pointerSize: 134 },
    lastCommit: { id: commit, title: 'Add model', date: '2022-12-05T00:00:00.000Z' },
    ...change,
  },
];
const json =
  (answer: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };

let hub: WeightsServer;
/** The host of large files, to which the hub refers. */
let store: WeightsServer;
let options: HubOptions & { cacheRoot: string };

const toStore: Handler = (_, response) => {
  response.writeHead(302, { location: `${store.url}/blob` }).end();
};
const fetched = (change: HubOptions = {}): ReturnType<typeof fetchHubWeights> =>
  fetchHubWeights(model, { ...options, ...change });

beforeEach(async () => {
  hub = await startServer();
  store = await startServer();
  hub.answerWith(json(told()), toStore);
  store.answerWith(send(content));
  vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
  vi.stubEnv('HF_TOKEN', '');
  options = { cacheRoot: newFolder(), retries: 2, backoffMs: 1, stallMs: 200 };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await store.close();
});

describe('weights of the Hugging Face hub', () => {
  it('are asked for at HF_ENDPOINT and fetched by the commit that has them', async () => {
    let question = '';
    hub.answerWith((request, response) => {
      void text(request).then((body) => {
        question = body;
        json(told())(request, response);
      });
    }, toStore);
    const lines: string[] = [];
    const { file, ...rest } = await fetched({ onMessage: (line) => lines.push(line) });
    expect(rest).toEqual({ sha256 });
    expect(JSON.parse(question)).toEqual({ paths: ['model.safetensors'], expand: true });
    expect(hub.requests.map(({ url }) => url)).toEqual([asked, resolved]);
    expect(file).toBe(join(options.cacheRoot, 'weights/hub', `${sha256}.safetensors`));
    expect(lines).toEqual([`${model.repository} is at commit ${commit}`]);
    expect(await cachedHubWeights(model, options.cacheRoot)).toEqual({ file, sha256 });
  });

  it('are found in the cache without network, also where the branch has moved on', async () => {
    const first = await fetched();
    await hub.close();
    await store.close();
    expect(await fetched()).toEqual(first);
    expect(await fetchHubWeights({ ...model, revision: 'gone' }, { ...options, sha256 })).toEqual(first);
  });

  it('are those of a revision', async () => {
    await fetchHubWeights({ ...model, revision: 'refs/pr/1' }, options);
    expect(hub.requests[0]!.url).toBe(asked.replace('main', 'refs%2Fpr%2F1'));
    expect(await cachedHubWeights(model, options.cacheRoot)).toBeUndefined();
  });

  it('are fetched with HF_TOKEN, which no other host is sent', async () => {
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    await fetched();
    expect(hub.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer hf_secret'),
    );
    expect(store.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('go on where a connection broke', async () => {
    hub.answerWith(json(told()), toStore);
    store.answerWith(sendHalf(content, 'break'), send(content));
    await fetched();
    expect(store.requests[1]!.headers.range).toBe(`bytes=${Math.floor(content.length / 2)}-`);
  });

  it('are fetched again if the file in the cache was damaged', async () => {
    const { file } = await fetched();
    writeFileSync(file, 'damaged');
    hub.answerWith(toStore);
    await fetched();
    expect(store.requests).toHaveLength(2);
  });
});

describe('the hub', () => {
  const gated = { error: 'Access to model is restricted. You must be authenticated.' };
  it.each<[string, Handler[], typeof InputError | typeof OutsideError, RegExp, RegExp]>([
    [
      'knows no such repository or revision',
      [json({ error: 'Not Found' }, 404)],
      InputError,
      /found none/u,
      /correct the name/u,
    ],
    [
      'has no such file',
      [json([])],
      InputError,
      /found no file model\.safetensors/u,
      /weights: \{file: PATH\}/u,
    ],
    ['asks for a token', [json(gated, 401)], OutsideError, /answered 401/u, /HF_TOKEN/u],
    [
      'asks for a token for the file only',
      [json(told()), json(gated, 403)],
      OutsideError,
      /answered 403/u,
      /HF_TOKEN/u,
    ],
    ['is out of order', [json({}, 503)], OutsideError, /answered 503/u, /later/u],
    [
      'answers something else',
      [(_, response) => response.end('<html>Sign in</html>')],
      OutsideError,
      /Could not ask/u,
      /HF_ENDPOINT/u,
    ],
    [
      'tells no SHA-256',
      [json(told({ lfs: undefined }))],
      OutsideError,
      /something else/u,
      /Download the file/u,
    ],
    [
      'tells a digest of another kind',
      [json(told({ lfs: { oid: '../x', size: 3 } }))],
      OutsideError,
      /something else/u,
      /Download/u,
    ],
  ])('%s', async (_, answers, kind, message, remedy) => {
    hub.answerWith(...answers);
    const error: unknown = await fetched().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kind);
    expect((error as InputError).message).toMatch(message);
    expect((error as InputError).message).toContain(model.repository);
    expect((error as InputError).remedy).toMatch(remedy);
    expect(existsSync(join(options.cacheRoot, 'weights/hub', `${sha256}.safetensors`))).toBe(false);
  });

  it('does not answer', async () => {
    await hub.close();
    await expect(fetched()).rejects.toThrow(/Could not ask the Hugging Face hub at .*ECONNREFUSED/u);
  });

  it.each<[string, Handler, RegExp]>([
    [
      'cuts every answer short',
      sendHalf(content, 'break'),
      /the connection ended|other side closed|aborted|terminated/u,
    ],
    ['sends other bytes', send(Buffer.from('the bytes of a different file..')), /Expected .* with sha256/u],
    ['sends fewer bytes', send(content.subarray(1)), /Expected .* with size/u],
  ])('%s, and nothing is kept', async (_, answer, message) => {
    store.answerWith(answer);
    await expect(fetched()).rejects.toThrow(message);
    expect(await cachedHubWeights(model, options.cacheRoot)).toBeUndefined();
    const kept = readdirSync(join(options.cacheRoot, 'weights/hub'));
    expect(kept.filter((name) => !name.includes('.partial'))).toEqual([]);
  });

  it('is sent no token of another kind', async () => {
    vi.stubEnv('HF_TOKEN', 'secret');
    await expect(fetched()).rejects.toThrow('Expected a token of the Hugging Face hub in HF_TOKEN');
    expect(hub.requests).toEqual([]);
  });

  it('is given up when the signal is aborted', async () => {
    hub.answerWith(() => undefined);
    const reason = new Error('Ctrl-C');
    await expect(fetched({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a name of the hub', () => {
  it.each([
    ['timm/a.b_c-1', { repository: 'timm/a.b_c-1' }],
    ['timm/a@v1.0', { repository: 'timm/a', revision: 'v1.0' }],
    ['timm/a@refs/pr/1', { repository: 'timm/a', revision: 'refs/pr/1' }],
  ])('%s is read', (name, expected) => {
    expect(parseHub(name)).toEqual(expected);
  });

  it.each(['timm', 'a/b/c', '../x', 'a/..', 'timm/a@', 'timm/a@ b', 'timm/a?x=1', ''])(
    '%j is refused',
    (name) => {
      expect(() => parseHub(name)).toThrow(InputError);
    },
  );
});
