import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { nativeBackend } from './graph/nativeBackend.ts';
import { DataType } from './graph/recording.ts';
import type { TensorFlow } from './tensorflow.ts';

/**
 * The gradient of relu in one pass: `gradient` where `output` is positive, else 0. tfjs composes it of five
 * ops and two constants of the full size. Not differentiable itself.
 */
export function reluGradient(tf: TensorFlow, gradient: Tensor, output: Tensor): Tensor {
  const backend = nativeBackend(tf);
  const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: DataType.float32 };
  return backend.executeSingleOutput('ReluGrad', [type], [gradient, output]);
}

/**
 * Slices of a float32 tensor's first axis by int32 indices: [N, ...rest], [...k] -> [...k, ...rest].
 * tf.gather reads the indices to check them, so it cannot be compiled; here the caller must keep them in
 * range. Not differentiable.
 */
export function gatherRows(tf: TensorFlow, values: Tensor, indices: Tensor): Tensor {
  const backend = nativeBackend(tf);
  const { TF_ATTR_TYPE, TF_ATTR_INT } = backend.binding;
  const axis = tf.scalar(0, 'int32');
  try {
    return backend.executeSingleOutput(
      'GatherV2',
      [
        { name: 'batch_dims', type: TF_ATTR_INT, value: 0 },
        { name: 'Tparams', type: TF_ATTR_TYPE, value: DataType.float32 },
        { name: 'Tindices', type: TF_ATTR_TYPE, value: DataType.int32 },
        { name: 'Taxis', type: TF_ATTR_TYPE, value: DataType.int32 },
      ],
      [values, indices, axis],
    );
  } finally {
    axis.dispose();
  }
}
