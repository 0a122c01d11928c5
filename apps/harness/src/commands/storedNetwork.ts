import { InputError } from '@bit-repro/artifacts';
import { openDataset, type DatasetImages } from '@bit-repro/data';
import { engineEnvironment, loadEngine, provision, setEnvironment } from '@bit-repro/engine';
import { architectureNamed, readWeights } from '@bit-repro/model';
import { scoringNetwork, type ScoringNetwork } from '@bit-repro/trainer';
import { modelNamed, modelNames } from '@bit-repro/experiment';
import type { CommandContext } from '@bit-repro/terminal';

/** A network with the head stored in its file, and the data to score. */
export interface StoredNetwork {
  network: ScoringNetwork;
  classes: number;
  crop: number;
  data: DatasetImages;
}

/** Loads a weights file unchanged, to score images resized to `crop` pixels. */
export async function openStoredNetwork(
  { model, weights: file, crop }: { model: string; weights: string; crop: string },
  context: CommandContext,
): Promise<StoredNetwork> {
  if (!modelNames.includes(model)) {
    throw new InputError(
      `--model must be one of ${modelNames.join(', ')}, but it is ${model}`,
      'Correct --model.',
    );
  }
  const size = wholeNumber('--crop', crop);
  const architecture = architectureNamed(modelNamed(model).architecture);
  const { weights, classes } = await readWeights(file, architecture, { head: 'stored' });
  const fetching = { onMessage: context.print, signal: context.signal };
  const data: DatasetImages = await openDataset('cifar10', fetching);
  const installation = await provision(fetching);
  setEnvironment(engineEnvironment(installation));
  const { tf } = loadEngine(installation);
  const imageSize = data.test.sizeFor(size);
  const network = scoringNetwork(tf, { architecture, weights, classes, crop: size, imageSize });
  return { network, classes, crop: size, data };
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
