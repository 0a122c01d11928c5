import { InputError, inPercent, exitCodes } from '@bit-repro/artifacts';
import { datasets } from '@bit-repro/data';
import { UnusableNumbersError } from '@bit-repro/metrics';
import { evaluate } from '@bit-repro/trainer';
import type { CommandContext } from '@bit-repro/terminal';
import { openStoredNetwork, wholeNumber } from './storedNetwork.ts';

export interface EvaluateOptions {
  model: string;
  weights: string;
  crop: string;
  batch: string;
}

/** Prints top-1, top-5 and mean cross-entropy of a stored network on all test images. */
export async function evaluateCommand(options: EvaluateOptions, context: CommandContext): Promise<number> {
  const batch = wholeNumber('--batch', options.batch);
  const { network, classes, crop, data } = await openStoredNetwork(options, context);
  if (classes !== datasets.cifar10.classes.length) {
    throw new InputError(
      `Expected a head with ${datasets.cifar10.classes.length} classes in ${options.weights}, found ${classes}`,
      'Name a file with a network fine-tuned on CIFAR-10.',
    );
  }
  const { top1, top5, loss, samples } = await evaluate(network, data.test, {
    classes,
    crop,
    batch,
    signal: context.signal,
  }).catch((cause: unknown) => {
    if (!(cause instanceof UnusableNumbersError)) throw cause;
    throw new InputError(
      `The weights in ${options.weights} do not give finite scores: ${cause.message}`,
      'Their training diverged. Name another file.',
      { cause },
    );
  });
  network.dispose();
  context.print(
    `images ${samples.toLocaleString('en')}\ntop-1  ${inPercent(top1)}\n${top5 === undefined ? '' : `top-5  ${inPercent(top5)}\n`}loss   ${loss.toFixed(4)}`,
  );
  return exitCodes.done;
}
