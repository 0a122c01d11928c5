import { fusedOps, type FusedOps, type Tensor, type TensorFlow } from '@bit-repro/engine';
import { standardisationEpsilon } from './architecture.ts';
import { isStandardised } from './parameters.ts';

const overOutput = [0, 1, 2];

/**
 * Standardises a kernel [H, W, I, O] per output channel: (w - mean) / sqrt(var + 1e-10) over H, W and I, with
 * the biased variance (paper, section 3.2; official StdConv2d). The gradient is explicit, because that of
 * tfjs would hold arrays of ones of the kernel's size: dw = r (dy - mean dy - y mean(dy y)), r = 1 / sqrt(var
 * + 1e-10).
 */
export function standardiseKernel(tf: TensorFlow, kernel: Tensor): Tensor {
  const ops = fusedOps(tf);
  return ops === undefined ? composedStandardiseKernel(tf, kernel) : fused(tf, ops, kernel);
}

function fused(tf: TensorFlow, ops: FusedOps, kernel: Tensor): Tensor {
  return tf.customGrad((w, save) => {
    const [value, inverse] = ops.standardise(w as Tensor, standardisationEpsilon);
    (save as (tensors: Tensor[]) => void)([value, inverse]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [y, r] = saved as [Tensor, Tensor];
        return ops.standardiseGradient(dy, y, r);
      },
    };
  })(kernel);
}

/** The same with ordinary ops, for devices without the fused ones. */
export function composedStandardiseKernel(tf: TensorFlow, kernel: Tensor): Tensor {
  const [height = 0, width = 0, input = 0] = kernel.shape;
  const scale = 1 / (height * width * input);
  const mean = (x: Tensor): Tensor => tf.mul(tf.sum(x, overOutput, true), scale);
  return tf.customGrad((w, save) => {
    const centred = tf.sub(w as Tensor, mean(w as Tensor));
    const inverse = tf.rsqrt(tf.add(mean(tf.square(centred)), standardisationEpsilon));
    const y = tf.mul(centred, inverse);
    (save as (tensors: Tensor[]) => void)([y, inverse]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [out, r] = saved as [Tensor, Tensor];
        return tf.mul(r, tf.sub(tf.sub(dy, mean(dy)), tf.mul(out, mean(tf.mul(dy, out)))));
      },
    };
  })(kernel);
}

/** All kernels that the network uses standardised. Once per update is enough. */
export function standardiseKernels(
  tf: TensorFlow,
  parameters: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  return new Map(
    [...parameters]
      .filter(([name]) => isStandardised(name))
      .map(([name, kernel]) => [name, standardiseKernel(tf, kernel)]),
  );
}
