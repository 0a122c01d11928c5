import { resolve } from 'node:path';
import { InputError, inPercent, exitCodes, writeFileAtomic } from '@bit-repro/artifacts';
import { UnusableNumbersError } from '@bit-repro/metrics';
import { encodePredictions, evaluate } from '@bit-repro/trainer';
import { downloadBar, printJson, type CommandContext } from '@bit-repro/terminal';
import { openStoredNetwork, wholeNumber, type StoredNetworkOptions } from './storedNetwork.ts';

export interface EvaluateOptions extends StoredNetworkOptions {
  batch: string;
  json?: boolean;
  /** File for the predictions. */
  predictions?: string;
}

/** Prints top-1, top-5 and mean cross-entropy of a stored network on all test images, and writes what it takes each for. */
export async function evaluateCommand(options: EvaluateOptions, context: CommandContext): Promise<number> {
  const batch = wholeNumber('--batch', options.batch);
  const { network, classes, crop, file, dataset } = await openStoredNetwork(options, context);
  const { title, classCount, data } = dataset;
  if (classes !== classCount) {
    throw new InputError(
      `Expected a head with ${classCount} classes in ${file}, found ${classes}`,
      `Name a file with a network fine-tuned on ${title}.`,
    );
  }
  const bar = downloadBar();
  const { scores, predictions } = await evaluate(network, data.test, {
    classes,
    crop,
    batch,
    onProgress: (progress) => {
      bar.onProgress({ label: 'test images', unit: 'items', ...progress });
    },
    signal: context.signal,
  })
    .finally(bar.close)
    .catch((cause: unknown) => {
      if (!(cause instanceof UnusableNumbersError)) throw cause;
      throw new InputError(
        `The weights in ${file} do not give finite scores: ${cause.message}`,
        'Their training diverged. Name another file.',
        { cause },
      );
    });
  network.dispose();
  const { top1, top5, loss, samples } = scores;
  if (options.predictions !== undefined) {
    await writeFileAtomic(resolve(options.predictions), await encodePredictions(predictions));
  }
  const { print } = context;
  if (options.json) printJson(print, { images: samples, top1, top5, loss });
  else
    print(
      `images ${samples.toLocaleString('en')}\ntop-1  ${inPercent(top1)}\n${top5 === undefined ? '' : `top-5  ${inPercent(top5)}\n`}loss   ${loss.toFixed(4)}`,
    );
  return exitCodes.done;
}
