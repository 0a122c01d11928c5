import type { ImageSource } from '@bit-repro/data';
import { mistakesIn, type Predictions } from '@bit-repro/metrics';
import { mostMistakes } from '@bit-repro/runs';
import { pngOf } from './pngOf.ts';

/** Larger images are shrunk to this many pixels per side. */
const thumbnail = 96;

/**
 * A run's most confident mistakes as a PNG, in a row without gaps. Undefined if there are none.
 *
 * @param own pixels of the images' longer side; none is enlarged.
 */
export async function mistakesPicture(
  test: Pick<ImageSource, 'read' | 'sizeFor'>,
  predictions: Predictions,
  own: number,
): Promise<Uint8Array | undefined> {
  const mistakes = mistakesIn(predictions, mostMistakes);
  if (mistakes.length === 0) return undefined;
  const side = Math.min(own, thumbnail);
  const images = await test.read(mistakes, side);
  return pngOf(images, test.sizeFor(side), (position) => ({ column: position, row: 0 }));
}
