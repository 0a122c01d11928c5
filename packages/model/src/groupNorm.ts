import {
  fusedOps,
  reluGradient,
  type FusedOps,
  type Tensor,
  type Tensor4D,
  type TensorFlow,
} from '@bit-repro/engine';
import { normEpsilon, normGroups } from './architecture.ts';

/**
 * Group norm with 32 groups, then relu: [N, H, W, C] -> [N, H, W, C].
 *
 * The norm of an image is one scale and one shift per channel, so forward and backward each need only two
 * sums per image and channel. The gradient is computed from these sums: for z = gamma (x - m) r + beta, with
 * dz = dy where z > 0, A = sum dz and B = r sum dz (x - m) over the pixels of a channel, and E over the group
 * of n elements: dgamma = sum_N B, dbeta = sum_N A, dx = gamma r dz - r E(gamma A) / n - (x - m) r^2 E(gamma
 * B) / n.
 */
export function groupNormRelu(tf: TensorFlow, x: Tensor4D, gamma: Tensor, beta: Tensor): Tensor4D {
  const ops = fusedOps(tf);
  return ops === undefined ? composedGroupNormRelu(tf, x, gamma, beta) : fused(tf, ops, [x, gamma, beta]);
}

function fused(tf: TensorFlow, ops: FusedOps, inputs: [Tensor4D, Tensor, Tensor]): Tensor4D {
  const options = { groups: normGroups, epsilon: normEpsilon };
  return tf.customGrad((x_, gamma_, beta_, save_) => {
    const [x, gamma, beta] = [x_ as Tensor, gamma_ as Tensor, beta_ as Tensor];
    const [y, mean, inverse] = ops.groupNormRelu(x, gamma, beta, options);
    (save_ as (tensors: Tensor[]) => void)([x, gamma, beta, mean, inverse]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        ops.groupNormReluGradient(dy, saved as [Tensor, Tensor, Tensor, Tensor, Tensor], options),
    };
  })(...inputs) as Tensor4D;
}

/** The same with ordinary ops, for devices without the fused ones. */
export function composedGroupNormRelu(tf: TensorFlow, x: Tensor4D, gamma: Tensor, beta: Tensor): Tensor4D {
  const [, height, width, channels] = x.shape;
  const perGroup = channels / normGroups;
  const size = height * width * perGroup;
  const pixels = [1, 2];
  /** Sums [N, C] over the channels of each group, repeated for each of its channels. */
  const overGroup = (sums: Tensor): Tensor => {
    const groups = tf.sum(tf.reshape(sums, [-1, normGroups, perGroup]), 2, true);
    return tf.reshape(tf.tile(groups, [1, 1, perGroup]), [-1, channels]);
  };
  const perImage = (values: Tensor): Tensor => tf.reshape(values, [-1, 1, 1, channels]);

  const normalise = tf.customGrad((x_, gamma_, beta_, save_) => {
    const [input, g, b] = [x_ as Tensor, gamma_ as Tensor, beta_ as Tensor];
    const save = save_ as (tensors: Tensor[]) => void;
    const mean = tf.mul(overGroup(tf.sum(input, pixels)), 1 / size);
    // Around the mean: E[x^2] - E[x]^2 would cancel in float32 if the mean is much larger than the deviation.
    const squares = tf.sum(tf.squaredDifference(input, perImage(mean)), pixels);
    const variance = tf.mul(overGroup(squares), 1 / size);
    const inverse = tf.rsqrt(tf.add(variance, normEpsilon));
    const scale = tf.mul(inverse, g);
    const shift = tf.sub(b, tf.mul(mean, scale));
    const y = tf.relu(tf.add(tf.mul(input, perImage(scale)), perImage(shift)));
    save([input, g, inverse, mean, scale, y]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x0, g0, r, m, s, out] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
        const dz = reluGradient(tf, dy, out);
        const a = tf.sum(dz, pixels);
        const b0 = tf.mul(r, tf.sub(tf.sum(tf.mul(dz, x0), pixels), tf.mul(m, a)));
        const groupA = tf.mul(overGroup(tf.mul(a, g0)), 1 / size);
        const groupB = tf.mul(overGroup(tf.mul(b0, g0)), 1 / size);
        const slope = tf.mul(tf.square(r), groupB);
        const offset = tf.sub(tf.mul(slope, m), tf.mul(r, groupA));
        const dx = tf.add(tf.sub(tf.mul(dz, perImage(s)), tf.mul(x0, perImage(slope))), perImage(offset));
        return [dx, tf.sum(b0, 0), tf.sum(a, 0)];
      },
    };
  });
  return normalise(x, gamma, beta) as Tensor4D;
}
