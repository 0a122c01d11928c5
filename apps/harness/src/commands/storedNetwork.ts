import { InputError } from '@bit-repro/artifacts';
import { datasetNamed, openDataset, openListed, type ListedDataset } from '@bit-repro/data';
import { architectureNamed, readWeights } from '@bit-repro/model';
import { scoringNetwork, type ScoringNetwork } from '@bit-repro/trainer';
import { modelNamed, modelNames } from '@bit-repro/experiment';
import type { CommandContext } from '@bit-repro/terminal';
import { engineHere } from './engineHere.ts';
import { datasetCalled } from './datasetCalled.ts';
import { fetchNamed, fileNamed } from './namedWeights.ts';

/** A network with the head stored in its file, and the data to score. */
export interface StoredNetwork {
  network: ScoringNetwork;
  classes: number;
  crop: number;
  /** The file with its weights. */
  file: string;
  dataset: ListedDataset;
}

export interface StoredNetworkOptions {
  model: string;
  /** As for `weights show`. Default: those that are published under the name of the model. */
  weights?: string;
  dataset: string;
  crop: string;
}

/** Loads weights unchanged, to score images resized to `crop` pixels. */
export async function openStoredNetwork(
  { model, weights: named, crop, dataset: wanted }: StoredNetworkOptions,
  context: CommandContext,
): Promise<StoredNetwork> {
  if (!modelNames.includes(model)) {
    throw new InputError(
      `--model must be one of ${modelNames.join(', ')}, but it is ${model}`,
      'Correct --model.',
    );
  }
  const called = datasetCalled(wanted);
  const size = wholeNumber('--crop', crop);
  const { architecture: name, weights: own } = modelNamed(model);
  const architecture = architectureNamed(name);
  if (named === undefined && own !== 'published') {
    throw new InputError(
      `--weights is missing, and no weights are published under the name ${model}`,
      'Name a file by --weights, or a published model by --model.',
    );
  }
  const file =
    named === undefined ? (await fetchNamed(model, context)).file : await fileNamed(named, context);
  const { weights, classes } = await readWeights(file, architecture, { head: 'stored' });
  const fetching = { onMessage: context.print, signal: context.signal };
  const dataset = await openData(called, fetching);
  const { tf } = await engineHere(context);
  const imageSize = dataset.data.test.sizeFor(size);
  const network = scoringNetwork(tf, { architecture, weights, classes, crop: size, imageSize });
  return { network, classes, crop: size, file, dataset };
}

async function openData(
  dataset: ReturnType<typeof datasetCalled>,
  fetching: { onMessage: (line: string) => void; signal: AbortSignal },
): Promise<ListedDataset> {
  if (typeof dataset !== 'string') return openListed(dataset, fetching);
  const { title, classes } = datasetNamed(dataset);
  return { title, classCount: classes.length, data: await openDataset(dataset, fetching) };
}

/** Parses a positive whole number from the command line. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(
      `${option} must be a positive whole number, but it is ${text}`,
      `Correct ${option}.`,
    );
  }
  return value;
}
