import { InputError } from '@bit-repro/artifacts';
import type { Predictions } from '@bit-repro/metrics';
import { decodeIntegers, encodeIntegers } from '@bit-repro/model';

const names = ['labels', 'predicted', 'confidence'] as const;

/** Predictions as an npz file, one entry of each array for each image. The same predictions give the same bytes. */
export const encodePredictions = ({ labels, predicted, confidence }: Predictions): Promise<Buffer> =>
  encodeIntegers({ labels, predicted, confidence });

/** Reads what {@link encodePredictions} wrote. @throws InputError if the bytes are another file. */
export async function decodePredictions(bytes: Buffer): Promise<Predictions> {
  const predictions = await decodeIntegers(bytes, names);
  const [images, ...others] = names.map((name) => predictions[name].length);
  if (others.every((length) => length === images)) return predictions;
  throw new InputError(
    `Expected as many predictions and confidences as labels, found ${others.join(' and ')} for ${images!}`,
    'Make the file again with the run it is of.',
  );
}
