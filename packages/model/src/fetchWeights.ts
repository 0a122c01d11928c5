import { rename, rm } from 'node:fs/promises';
import {
  digestFile,
  downloadFile,
  ExplainedError,
  InputError,
  OutsideError,
  withLock,
  type DownloadOptions,
  type HeldLock,
} from '@bit-repro/artifacts';
import { catalogue, type PublishedModel } from './catalogue.ts';
import { checkNpz } from './weightsFile/read.ts';
import { parameterShapes } from './parameters.ts';
import { placeOf, readStamp, statIfAny, writeStamp, type WeightsPlace } from './weightsCache.ts';
import { readWeightsLock, recordWeights, type LockedWeights } from './weightsLock.ts';

export interface WeightsOptions {
  /** Records the SHA-256 of each file on first use; belongs under version control. */
  lockFile: string;
  /** Default: `cacheRoot()`. */
  cacheRoot?: string;
}

export interface FetchOptions
  extends
    WeightsOptions,
    Pick<DownloadOptions, 'onProgress' | 'signal' | 'retries' | 'stallMs' | 'backoffMs'> {
  /** A mirror: the file is `${baseUrl}/${model.path}` instead of the published URL. */
  baseUrl?: string;
}

export interface FetchedWeights {
  file: string;
  sha256: string;
}

/** The state of a published model's weights on this machine. */
export interface WeightsStatus {
  model: PublishedModel;
  file: string;
  /** `changed`: the file is not, or may not be, the one that was fetched. */
  state: 'absent' | 'partial' | 'cached' | 'changed';
  /** Bytes on disk. */
  bytes: number;
  /** The entry in the lock file. */
  locked?: LockedWeights;
}

/**
 * The weights of a published model, downloaded on first use into the cache, which concurrent runs share. The
 * SHA-256 is recorded in the lock file on first use and enforced from then on. The first download is only
 * checked against the server's announcement and the network's names and shapes. Later calls read only a few
 * bytes.
 *
 * @throws ExplainedError if the file is not the recorded one.
 * @throws OutsideError if the download fails, differs from the server's announcement, or contains another
 * network.
 */
export async function fetchWeights(model: PublishedModel, options: FetchOptions): Promise<FetchedWeights> {
  const place = placeOf(model, options.cacheRoot);
  const locked = (await readWeightsLock(options.lockFile)).get(model.name);
  const stamp = await readStamp(place);
  if (stamp?.current && stamp.sha256 === locked?.sha256) return { file: place.file, sha256: stamp.sha256 };
  const fetchUnder = async (signal: AbortSignal, held: HeldLock): Promise<FetchedWeights> => {
    if ((await statIfAny(place.file)) === undefined) await download(model, place, { ...options, signal });
    return holdToLock(model, place, options.lockFile, held, { readWhole: false });
  };
  return withLock(place.file, fetchUnder, { signal: options.signal });
}

/**
 * Checks all bytes of a cached file against the lock file.
 *
 * @throws InputError if it is not cached; ExplainedError if it is not the recorded file.
 */
export async function verifyWeights(model: PublishedModel, options: WeightsOptions): Promise<FetchedWeights> {
  const place = placeOf(model, options.cacheRoot);
  if ((await statIfAny(place.file)) === undefined) {
    throw new InputError(
      `The weights of ${model.name} are not in the cache: ${place.file} does not exist`,
      `Fetch them with \`npx harness weights fetch ${model.name}\`.`,
    );
  }
  return withLock(place.file, (_signal, held) =>
    holdToLock(model, place, options.lockFile, held, { readWhole: true }),
  );
}

/** The catalogue with the state of the cache and the lock file. Reads no weights file. */
export async function listWeights(options: WeightsOptions): Promise<WeightsStatus[]> {
  const lock = await readWeightsLock(options.lockFile);
  return Promise.all(
    catalogue.map(async (model) => {
      const place = placeOf(model, options.cacheRoot);
      const locked = lock.get(model.name);
      const state = await stateOf(place, locked);
      return { model, file: place.file, ...state, ...(locked === undefined ? {} : { locked }) };
    }),
  );
}

async function stateOf(
  place: WeightsPlace,
  locked: LockedWeights | undefined,
): Promise<Pick<WeightsStatus, 'state' | 'bytes'>> {
  const file = await statIfAny(place.file);
  if (file === undefined) {
    const part = (await statIfAny(place.incoming)) ?? (await statIfAny(`${place.incoming}.partial`));
    return part === undefined ? { state: 'absent', bytes: 0 } : { state: 'partial', bytes: part.size };
  }
  const stamp = await readStamp(place);
  const same = stamp?.current === true && (locked === undefined || locked.sha256 === stamp.sha256);
  return { state: same ? 'cached' : 'changed', bytes: file.size };
}

/** Publishes a file once it matches the server's announcement, the lock file and the network of the model. */
async function download(
  model: PublishedModel,
  place: WeightsPlace,
  options: FetchOptions & { signal: AbortSignal },
): Promise<void> {
  const { lockFile, baseUrl, cacheRoot: _, ...transfer } = options;
  const locked = (await readWeightsLock(lockFile)).get(model.name);
  const { sha256 } = await downloadFile({
    ...transfer,
    url: baseUrl === undefined ? model.url : `${baseUrl}/${model.path}`,
    file: place.incoming,
    label: model.name,
    expected: locked === undefined ? {} : { bytes: locked.bytes, sha256: locked.sha256 },
  });
  try {
    await checkNpz(place.incoming, { expect: parameterShapes(model.architecture, model.headClasses) });
  } catch (error) {
    // An unreadable file may still be valid.
    if (!(error instanceof InputError)) throw error;
    await rm(place.incoming);
    throw new OutsideError(error.message, error.remedy, { cause: error });
  }
  options.signal.throwIfAborted();
  await writeStamp(place, sha256, place.incoming);
  await rename(place.incoming, place.file);
}

/** Checks the cached file against the lock file or, the first time, against what was fetched. */
async function holdToLock(
  model: PublishedModel,
  place: WeightsPlace,
  lockFile: string,
  { requireHeld }: HeldLock,
  { readWhole }: { readWhole: boolean },
): Promise<FetchedWeights> {
  const { file } = place;
  const stamp = await readStamp(place);
  const locked = (await readWeightsLock(lockFile)).get(model.name);
  const expected = locked?.sha256 ?? stamp?.sha256;
  if (expected === undefined) {
    throw new InputError(
      `${file} was not fetched by this program, and ${lockFile} has no SHA-256 for it`,
      'Delete the file and fetch it, or add its SHA-256 to the lock file if you know it from another source.',
    );
  }
  const unread = stamp?.current === true && !readWhole;
  const sha256 = unread ? stamp.sha256 : await digestFile(file, 'sha256');
  requireHeld();
  requireDigest(file, sha256, expected, locked === undefined ? 'as fetched' : `as in ${lockFile}`);
  if (locked === undefined) {
    const { size: bytes } = (await statIfAny(file))!;
    const recorded = await recordWeights(lockFile, model.name, { url: model.url, bytes, sha256 });
    requireDigest(file, sha256, recorded.sha256, `as in ${lockFile}`);
  }
  if (!unread) await writeStamp(place, sha256);
  return { file, sha256 };
}

function requireDigest(file: string, found: string, expected: string, source: string): void {
  if (found === expected) return;
  throw new ExplainedError(
    `Expected ${file} with SHA-256 ${expected} ${source}, found ${found}`,
    'The file has changed. Delete it and fetch it again. If its publisher has changed it, earlier results were ' +
      'made with other weights; remove its entry from the lock file only if you accept that.',
  );
}
