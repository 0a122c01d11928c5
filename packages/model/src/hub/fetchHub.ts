import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheRoot as defaultCacheRoot,
  digestFile,
  downloadFile,
  exists,
  ifAny,
  writeFileAtomic,
  type DownloadOptions,
} from '@bit-repro/artifacts';
import type { FetchedWeights } from '../fetchWeights.ts';
import { askHub, explainRefusal, hubEndpoint, hubToken, parseHubFile, type HubFile } from './askHub.ts';
import { hubFileName, nameOfHub, type HubModel } from './hubModel.ts';

export interface HubOptions extends Pick<
  DownloadOptions,
  'onProgress' | 'signal' | 'retries' | 'stallMs' | 'backoffMs'
> {
  /** Default: `cacheRoot()`. */
  cacheRoot?: string;
  /** The file that is wanted, which the repository may no longer have. */
  sha256?: string;
  /** Told which commit a branch stands for, when it is asked for the first time. */
  onMessage?: (line: string) => void;
}

/**
 * The weights of a repository on the Hugging Face hub, downloaded on first use into the cache, where they are found
 * without network from then on: what a branch had when it was first asked for stays. Every byte is checked against the
 * SHA-256 that the hub told. The user's `HF_ENDPOINT`, `HF_TOKEN` and proxies apply.
 *
 * @throws InputError if there is no such repository, revision or file; OutsideError if the hub refuses or does not
 * answer, or its bytes are wrong; the reason of `signal`.
 */
export async function fetchHubWeights(
  model: HubModel,
  { cacheRoot = defaultCacheRoot(), sha256: wanted, onMessage, ...transfer }: HubOptions = {},
): Promise<FetchedWeights> {
  if (wanted !== undefined) {
    const file = fileOf(wanted, cacheRoot);
    if ((await exists(file)) && (await digestFile(file, 'sha256')) === wanted)
      return { file, sha256: wanted };
  }
  const known = await readNote(model, cacheRoot);
  const { commit, bytes, sha256 } = known ?? (await askHub(model, transfer.signal));
  const token = hubToken();
  const { file } = await downloadFile({
    ...transfer,
    url: `${hubEndpoint()}/${model.repository}/resolve/${commit}/${hubFileName}`,
    file: fileOf(sha256, cacheRoot),
    label: nameOfHub(model),
    expected: { bytes, sha256 },
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    explainRefusal: (status) => explainRefusal(model, status),
  });
  if (known === undefined) {
    const note: HubFile = { commit, bytes, sha256 };
    await writeFileAtomic(noteOf(model, cacheRoot), JSON.stringify(note));
    if (model.revision !== commit) onMessage?.(`${nameOfHub(model)} is at commit ${commit}`);
  }
  return { file, sha256 };
}

/** The weights of a repository, if they were fetched before. Reads none of them, and asks nobody. */
export async function cachedHubWeights(
  model: HubModel,
  cacheRoot = defaultCacheRoot(),
): Promise<FetchedWeights | undefined> {
  const note = await readNote(model, cacheRoot);
  if (note === undefined) return undefined;
  const file = fileOf(note.sha256, cacheRoot);
  return (await exists(file)) ? { file, sha256: note.sha256 } : undefined;
}

const folderOf = (cacheRoot: string): string => join(cacheRoot, 'weights', 'hub');

const fileOf = (sha256: string, cacheRoot: string): string =>
  join(folderOf(cacheRoot), `${sha256}.safetensors`);

/** What the hub said of a repository at a revision. */
const noteOf = (model: HubModel, cacheRoot: string): string =>
  join(folderOf(cacheRoot), `${encodeURIComponent(nameOfHub(model))}.json`);

async function readNote(model: HubModel, cacheRoot: string): Promise<HubFile | undefined> {
  const text = await ifAny(noteOf(model, cacheRoot), (file) => readFile(file, 'utf8'));
  try {
    return text === undefined ? undefined : parseHubFile(JSON.parse(text));
  } catch {
    return undefined;
  }
}
