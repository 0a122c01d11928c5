import { createHash } from 'node:crypto';
import type { Engine } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';
import { encodePredictions, fineTune, type FineTuneResult } from '../src/index.ts';
import { data, spec, weights } from './tinyTask.ts';

/** SHA-256 of the bits of all parameters. */
export function weightsSha256(trained: Weights): string {
  const hash = createHash('sha256');
  for (const [name, { data: values }] of trained) hash.update(name).update(new Uint8Array(values.buffer));
  return hash.digest('hex');
}

/** What a rerun must reproduce to the last bit. */
export async function runTinyTask(engine: Engine): Promise<
  Omit<FineTuneResult, 'weights' | 'stepLosses' | 'predictions' | 'waitedSeconds'> & {
    predictions: string;
    weights: string;
  }
> {
  const result = await fineTune({
    engine,
    spec,
    loadWeights: () => Promise.resolve(weights),
    data,
    onEvent: () => undefined,
    keepWeights: true,
  });
  const { subset, final, evaluations, lossesSha256, splits } = result;
  const predictions = (await encodePredictions(result.predictions)).toString('base64');
  const weightsOfAll = weightsSha256(result.weights!);
  return { subset, final, evaluations, predictions, lossesSha256, splits, weights: weightsOfAll };
}
