import {
  drawFewShotSubset,
  gatherImages,
  imageBytes,
  type DatasetImages,
  type HeldImages,
} from '@bit-repro/data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const classes = 10;
const seeds = [0, 1, 2, 3, 4];
/** Images per batch. */
const batchSize = 250;

/** Top-1 in [0, 1] on all test images by number of shots, averaged over five few-shot subsets. */
export interface NearestCentroid {
  shots1: number;
  shots5: number;
}

/**
 * Measures how well features separate classes that they were not trained on. Each test image is assigned the
 * class whose mean few-shot feature is nearest in angle, all as unit vectors. The subsets are those of runs
 * with seeds 0 to 4.
 */
export function nearestCentroid(
  features: (images: Uint8Array) => Float32Array,
  { train, test }: DatasetImages<HeldImages>,
): NearestCentroid {
  const tested = unitRows(features, test.pixels, Array.from(test.labels.keys()));
  const accuracy = (shots: number): number => {
    const each = seeds.map((seed) => {
      const { indices, labels } = drawFewShotSubset(train.labels, { shots, classes }, xoroshiro128plus(seed));
      const centroids = Array.from({ length: classes }, () => new Float64Array(tested[0]!.length));
      unitRows(features, train.pixels, indices).forEach((row, position) => {
        const centroid = centroids[labels[position]!]!;
        row.forEach((value, axis) => (centroid[axis]! += value));
      });
      const directions = centroids.map(unit);
      const hits = tested.filter((row, image) => nearest(row, directions) === test.labels[image]);
      return hits.length / tested.length;
    });
    return each.reduce((sum, value) => sum + value, 0) / each.length;
  };
  return { shots1: accuracy(1), shots5: accuracy(5) };
}

function unitRows(
  features: (images: Uint8Array) => Float32Array,
  pixels: Uint8Array,
  indices: readonly number[],
): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let first = 0; first < indices.length; first += batchSize) {
    const part = indices.slice(first, first + batchSize);
    const values = features(gatherImages(pixels, part, imageBytes));
    const width = values.length / part.length;
    for (let row = 0; row < part.length; row += 1) {
      rows.push(unit(Float64Array.from(values.subarray(row * width, (row + 1) * width))));
    }
  }
  return rows;
}

function unit(row: Float64Array): Float64Array {
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

function nearest(row: Float64Array, directions: readonly Float64Array[]): number {
  const cosines = directions.map((direction) =>
    direction.reduce((sum, value, axis) => sum + value * row[axis]!, 0),
  );
  return cosines.indexOf(Math.max(...cosines));
}
