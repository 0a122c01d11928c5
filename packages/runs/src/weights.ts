import { join } from 'node:path';
import { digestFile, InputError, localPath, workspaceRoot } from '@bit-repro/artifacts';
import {
  architectureNamed,
  cachedHubWeights,
  fetchHubWeights,
  fetchWeights,
  findModel,
  parseHub,
  readWeightsLock,
  requireNetwork,
  type FetchOptions,
} from '@bit-repro/model';
import { embeddedNetwork } from '@bit-repro/stand-in';
import type { WeightsChoice } from '@bit-repro/experiment';
import type { RunSpec } from './store/records.ts';

/**
 * The file under version control with the SHA-256 of published weights, recorded when they are first fetched.
 */
export const weightsLock = join(workspaceRoot, 'configs/weights.lock.json');

interface Fetching extends Pick<FetchOptions, 'onProgress' | 'signal'> {
  onMessage?: (line: string) => void;
}

/**
 * The SHA-256 of weights for networks of these architectures. Those that are published or on the hub are downloaded into
 * the cache. Random weights have none.
 *
 * @throws InputError if a file cannot be read, or one of the hub holds another network.
 */
export async function weightsDigest(
  weights: WeightsChoice,
  architectures: readonly string[],
  fetching: Fetching = {},
): Promise<string | undefined> {
  switch (weights.kind) {
    case 'random':
      return undefined;
    case 'published':
      return (await locatePublished(weights.name, fetching)).sha256;
    case 'hub':
      return digestOnHub(await fetchHubWeights(weights, fetching), architectures);
    case 'embedded':
      return digestFile(embeddedNetwork.file, 'sha256');
    case 'file':
      return digestFile(localPath(weights.path), 'sha256').catch((cause: unknown) => {
        throw new InputError(
          `Cannot read the weights file ${weights.path}`,
          'Correct `weights.file` in the experiment. The path is relative to the experiment’s folder.',
          { cause },
        );
      });
  }
}

/** As `weightsDigest`, but downloads nothing: undefined also where that would be needed. */
export async function knownWeightsDigest(
  weights: WeightsChoice,
  architectures: readonly string[],
): Promise<string | undefined> {
  if (weights.kind === 'published') return (await readWeightsLock(weightsLock)).get(weights.name)?.sha256;
  if (weights.kind !== 'hub') return weightsDigest(weights, architectures);
  const cached = await cachedHubWeights(weights);
  return cached && digestOnHub(cached, architectures);
}

/** Files of a user's own are checked where the config is. */
async function digestOnHub(
  { file, sha256 }: { file: string; sha256: string },
  architectures: readonly string[],
): Promise<string> {
  for (const name of architectures) await requireNetwork(file, architectureNamed(name));
  return sha256;
}

/**
 * The file with a run's weights, checked to be the one it was planned with; undefined for random weights.
 *
 * @throws InputError if the file is missing or has changed.
 */
export async function weightsFile(
  { model, weights }: Pick<RunSpec, 'model' | 'weights'>,
  fetching: Fetching = {},
): Promise<string | undefined> {
  if (weights.kind === 'random') return undefined;
  const { file, sha256 } = await locateWeights(model, weights, fetching);
  if (sha256 === weights.sha256) return file;
  throw new InputError(
    `Expected weights with sha256 ${weights.sha256 ?? 'on record'}, found ${sha256} in ${file}`,
    'The file has changed since the runs were planned. Run the experiment again.',
  );
}

async function locateWeights(
  model: string,
  { kind, path, repository, sha256: wanted }: RunSpec['weights'],
  fetching: Fetching,
): Promise<{ file: string; sha256: string }> {
  if (kind === 'published') return locatePublished(model, fetching);
  if (kind === 'hub')
    return fetchHubWeights(parseHub(repository!), { ...fetching, ...(wanted && { sha256: wanted }) });
  const file = kind === 'embedded' ? embeddedNetwork.file : localPath(path!);
  const sha256 = await digestFile(file, 'sha256').catch((cause: unknown) => {
    throw new InputError(
      `Cannot read the weights of the run at ${path ?? file}`,
      'If the worker has a different home folder or workspace than the machine that planned the run, keep the weights outside both.',
      { cause },
    );
  });
  return { file, sha256 };
}

const locatePublished = (name: string, { onProgress, signal }: Fetching): ReturnType<typeof fetchWeights> =>
  fetchWeights(findModel(name), { lockFile: weightsLock, ...(onProgress && { onProgress }), signal });
