import { connect, ExplainedError, InputError, OutsideError } from '@bit-repro/artifacts';
import { z } from 'zod';
import { printable } from '../stored/printable.ts';
import { hubFileName, nameOfHub, type HubModel } from './hubModel.ts';

const hubFileSchema = z.object({
  /** The last commit that changed the file. */
  commit: z.string().regex(/^[0-9a-f]{40}$/u),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});
/** What the hub says of the weights in a repository. */
export type HubFile = z.infer<typeof hubFileSchema>;

/** Reads what was stored of a `HubFile`; undefined if it is none. */
export const parseHubFile = (content: unknown): HubFile | undefined => hubFileSchema.safeParse(content).data;

/** How long the hub may take to answer. */
const patienceMs = 60_000;

/** The hub, which the user may replace by a mirror, as its own clients allow. */
export function hubEndpoint(): string {
  const { HF_ENDPOINT: mirror = '' } = process.env;
  return mirror === '' ? 'https://huggingface.co' : mirror.replace(/\/+$/u, '');
}

/** The user's token, if any. @throws InputError if it is none of the hub's. */
export function hubToken(): string | undefined {
  const token = process.env.HF_TOKEN?.trim();
  if (!token) return undefined;
  if (/^hf_[\x21-\x7e]+$/u.test(token)) return token;
  throw new InputError(
    'Expected a token of the Hugging Face hub in HF_TOKEN, which starts with hf_, found something else',
    'Set HF_TOKEN to a token from your account’s settings, or unset it: public models need none.',
  );
}

/**
 * Asks the hub which weights are in a repository.
 *
 * @throws InputError if there is no such repository, revision or file; OutsideError if the hub refuses or does not
 * answer; the reason of `signal`.
 */
export async function askHub(model: HubModel, signal?: AbortSignal): Promise<HubFile> {
  const { pathsInfo, HubApiError } = await import('@huggingface/hub');
  const token = hubToken();
  const connection = connect();
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const [info] = await pathsInfo({
      repo: { type: 'model', name: model.repository },
      paths: [hubFileName],
      expand: true,
      ...(model.revision !== undefined && { revision: model.revision }),
      hubUrl: hubEndpoint(),
      ...(token !== undefined && { accessToken: token }),
      fetch: connection.fetchUntil(AbortSignal.any([patience, ...(signal ? [signal] : [])])),
    });
    if (info === undefined) throw missing(model, `no file ${hubFileName}`);
    const { lfs, lastCommit } = info;
    const file = parseHubFile({ commit: lastCommit.id, bytes: lfs?.size, sha256: lfs?.oid });
    if (file !== undefined) return file;
    throw new OutsideError(
      `Expected the hub to tell commit, size and SHA-256 of ${hubFileName} in ${nameOfHub(model)}, found something else`,
      'Download the file yourself, and name it by `weights: {file: PATH}`.',
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ExplainedError) throw cause;
    if (cause instanceof HubApiError) throw explainRefusal(model, cause.statusCode, cause);
    const { message } =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause : (cause as Error);
    throw new OutsideError(
      `Could not ask the Hugging Face hub at ${hubEndpoint()} for ${nameOfHub(model)}: ${printable(message)}`,
      'Check the network, the proxy settings and HF_ENDPOINT. Weights that were fetched before are used without the hub.',
      { cause },
    );
  } finally {
    await connection.close();
  }
}

/** Why the hub refuses, by the status of its answer. */
export function explainRefusal(model: HubModel, status: number, cause?: unknown): ExplainedError {
  if (status === 404) return missing(model, 'none', cause);
  const name = nameOfHub(model);
  if (status === 401 || status === 403) {
    return new OutsideError(
      `The Hugging Face hub answered ${status} for ${name}: it does not exist, is private, or asks for its terms to be accepted`,
      `Check the name. To a model that is private or gated, get access at ${hubEndpoint()}/${model.repository}, and set HF_TOKEN to a token of yours.`,
      { cause },
    );
  }
  return new OutsideError(`The Hugging Face hub answered ${status} for ${name}`, 'Try again later.', {
    cause,
  });
}

const missing = (model: HubModel, found: string, cause?: unknown): InputError =>
  new InputError(
    `Expected ${hubFileName} in ${nameOfHub(model)} on the Hugging Face hub, found ${found}`,
    `Look at ${hubEndpoint()}/${model.repository}, and correct the name or the revision. A file of another name can be downloaded and named by \`weights: {file: PATH}\`.`,
    { cause },
  );
