import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { hasKernels } from './gpuKernels.ts';
import { nativeBackend } from './graph/nativeBackend.ts';
import type { OpAttribute } from './graph/recording.ts';
import type { TensorFlow } from './tensorflow.ts';

interface GroupNormOptions {
  groups: number;
  epsilon: number;
}

export interface FusedOps {
  /**
   * Group norm, then relu: x [N, H, W, C], gamma [C], beta [C] -> y, and per group [N, groups] the mean and 1
   * / deviation.
   */
  groupNormRelu(x: Tensor, gamma: Tensor, beta: Tensor, options: GroupNormOptions): [Tensor, Tensor, Tensor];
  /**
   * The gradients of x, gamma and beta; `saved` is x, gamma, beta, and the mean and 1 / deviation from
   * `groupNormRelu`.
   */
  groupNormReluGradient(
    dy: Tensor,
    saved: [Tensor, Tensor, Tensor, Tensor, Tensor],
    options: GroupNormOptions,
  ): [Tensor, Tensor, Tensor];
  /** A kernel [..., O] standardised per output channel, and 1 / deviation [O]. */
  standardise(kernel: Tensor, epsilon: number): [Tensor, Tensor];
  /** The gradient of a kernel, given `dy`, the gradient of its standardised form `y`. */
  standardiseGradient(dy: Tensor, y: Tensor, inverse: Tensor): Tensor;
}

/**
 * The kernels of packages/engine/native, which do in one or two passes over memory what takes tfjs many;
 * absent on a GPU that has none loaded. They are not differentiable themselves: each op comes with its
 * gradient.
 */
export function fusedOps(tf: TensorFlow): FusedOps | undefined {
  const backend = nativeBackend(tf);
  if (!hasKernels(backend)) return undefined;
  const { TF_ATTR_INT, TF_ATTR_FLOAT } = backend.binding;
  const float = (name: string, value: number): OpAttribute => ({ name, type: TF_ATTR_FLOAT, value });
  const int = (name: string, value: number): OpAttribute => ({ name, type: TF_ATTR_INT, value });
  const run = (op: string, attributes: OpAttribute[], inputs: Tensor[], count: number): Tensor[] =>
    backend.executeMultipleOutputs(op, attributes, inputs, count);
  const norm = ({ groups, epsilon }: GroupNormOptions): OpAttribute[] => [
    int('groups', groups),
    float('epsilon', epsilon),
  ];
  return {
    groupNormRelu: (x, gamma, beta, options) =>
      run('BitGroupNormRelu', norm(options), [x, gamma, beta], 3) as [Tensor, Tensor, Tensor],
    groupNormReluGradient: (dy, saved, options) =>
      run('BitGroupNormReluGrad', norm(options), [dy, ...saved], 3) as [Tensor, Tensor, Tensor],
    standardise: (kernel, epsilon) =>
      run('BitStandardise', [float('epsilon', epsilon)], [kernel], 2) as [Tensor, Tensor],
    standardiseGradient: (dy, y, inverse) => run('BitStandardiseGrad', [], [dy, y, inverse], 1)[0]!,
  };
}
