import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Tensor2D, TensorFlow } from '@bit-repro/engine';

/** Rows of numbers, in row-major order. */
export interface Rows {
  values: Float32Array;
  width: number;
}

/**
 * Projects rows, minus their mean, onto their first `components` principal components, the largest variance
 * first: [N, width] -> [N, components].
 */
export function principalComponents(tf: TensorFlow, { values, width }: Rows, components: number): Rows {
  const centred = tf.tidy(() => {
    const rows = tf.tensor2d(values, [values.length / width, width]);
    return tf.sub<Tensor2D>(rows, tf.mean(rows, 0));
  });
  const products = tf.tidy(() => tf.matMul(centred, centred, true).arraySync() as number[][]);
  const { eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(products), { assumeSymmetric: true });
  // Eigenvalues are in ascending order.
  const directions = eigenvectorMatrix.subMatrix(0, width - 1, width - components, width - 1).flipRows();
  const projected = tf.tidy(() => tf.matMul(centred, tf.tensor2d(directions.to2DArray())).dataSync());
  centred.dispose();
  return { values: projected as Float32Array, width: components };
}
