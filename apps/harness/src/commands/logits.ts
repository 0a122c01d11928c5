import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { InputError, writeFileAtomic, exitCodes } from '@bit-repro/artifacts';
import type { CommandContext } from '@bit-repro/terminal';
import { openStoredNetwork, wholeNumber, type StoredNetworkOptions } from './storedNetwork.ts';

export interface LogitsOptions extends StoredNetworkOptions {
  split: string;
  first: string;
  out: string;
}

/** Images per batch. */
const atOnce = 16;

/** Writes the logits and labels of the first images of a split as JSON. */
export async function logitsCommand(options: LogitsOptions, context: CommandContext): Promise<number> {
  const { split, out } = options;
  if (split !== 'train' && split !== 'test') {
    throw new InputError(`--split must be train or test, but it is ${split}`, 'Correct --split.');
  }
  const first = wholeNumber('--first', options.first);
  const { network, classes, crop, dataset } = await openStoredNetwork(options, context);
  const set = dataset.data[split];
  if (first > set.count) {
    throw new InputError(
      `--first must be at most ${set.count}, the number of images in the split ${split}, but it is ${first}`,
      'Correct --first.',
    );
  }
  const count = first;
  const logits: number[][] = [];
  for (let start = 0; start < count; start += atOnce) {
    const end = Math.min(start + atOnce, count);
    const indices = Int32Array.from({ length: end - start }, (_, image) => start + image);
    const scores = network.logits(await set.read(indices, crop));
    for (let image = 0; image < end - start; image += 1) {
      logits.push([...scores.subarray(image * classes, (image + 1) * classes)]);
    }
    await setImmediate();
    context.signal.throwIfAborted();
  }
  network.dispose();
  const labels = [...set.labels.subarray(0, count)];
  await writeFileAtomic(resolve(out), `${JSON.stringify({ logits, labels })}\n`);
  context.print(`wrote ${count} x ${classes} logits to ${out}`);
  return exitCodes.done;
}
