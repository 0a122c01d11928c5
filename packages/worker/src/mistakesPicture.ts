import type { ImageSource } from '@bit-repro/data';
import { mistakesIn, type Predictions } from '@bit-repro/metrics';
import { mostMistakes } from '@bit-repro/runs';
import { pngOf } from './pngOf.ts';

/** Larger images are shrunk to this many pixels per side. */
const thumbnail = 96;

/** A run's most confident mistakes as a PNG, in a row without gaps. Undefined if there are none. */
export async function mistakesPicture(
  test: Pick<ImageSource, 'read' | 'sizeFor'>,
  predictions: Predictions,
): Promise<Uint8Array | undefined> {
  const mistakes = mistakesIn(predictions, mostMistakes);
  if (mistakes.length === 0) return undefined;
  const images = await test.read(mistakes, thumbnail);
  return pngOf(images, test.sizeFor(thumbnail), (position) => ({ column: position, row: 0 }));
}
