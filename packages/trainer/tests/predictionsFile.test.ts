import { encodeIntegers } from '@bit-repro/model';
import { expect, it } from 'vitest';
import { decodePredictions, encodePredictions } from '../src/index.ts';

const predictions = {
  labels: Uint16Array.of(0, 21_842),
  predicted: Uint16Array.of(1, 21_842),
  confidence: Uint16Array.of(65_535, 4),
};

it('predictions are read as they were written', async () => {
  expect(await decodePredictions(await encodePredictions(predictions))).toEqual(predictions);
});

it('predictions of some of the images only are refused', async () => {
  const bytes = await encodeIntegers({ ...predictions, confidence: Uint16Array.of(1) });
  await expect(decodePredictions(bytes)).rejects.toThrow(
    'Expected as many predictions and confidences as labels, found 2 and 1 for 2',
  );
});
