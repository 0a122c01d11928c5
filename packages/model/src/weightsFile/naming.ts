import { finalNorm, headBias, headKernel, rootKernel, type ParameterShape } from '../parameters.ts';
import type { StoredTensor } from '../stored/storedTensor.ts';

/** How a library names the parameters of BiT's network, and in which order it keeps the axes of kernels. */
export interface Naming {
  /** As a user knows the library. */
  library: string;
  /** This library's name of a parameter, from the published name. */
  nameOf: (parameter: string) => string;
  /** The axes of a stored kernel in the published order, HWIO. */
  kernelAxes: readonly [number, number, number, number];
}

/** The names of the npz files that the authors of BiT published. */
export const published: Naming = {
  library: 'the published files',
  nameOf: (parameter) => parameter,
  kernelAxes: [0, 1, 2, 3],
};

/** timm's `resnetv2_50x1_bit` and its kin (timm/models/resnetv2.py). */
export const timm = pytorchNaming('timm', {
  root: 'stem.conv',
  finalNorm: 'norm',
  head: 'head.fc',
  unit: (block, unit) => `stages.${Number(block) - 1}.blocks.${Number(unit) - 1}`,
  norm: 'norm',
  projection: 'downsample.conv',
});

/** The authors' PyTorch code (google-research/big_transfer, bit_pytorch/models.py). */
export const bitPytorch = pytorchNaming('bit_pytorch', {
  root: 'root.conv',
  finalNorm: 'head.gn',
  head: 'head.conv',
  unit: (block, unit) => `body.block${block}.unit${unit}`,
  norm: 'gn',
  projection: 'downsample',
});

/** Names of a library's modules. */
interface Modules {
  root: string;
  finalNorm: string;
  head: string;
  /** A residual unit, by its numbers in the published names: `1` and `01`. */
  unit: (block: string, unit: string) => string;
  /** The norms of a unit, without their number. */
  norm: string;
  projection: string;
}

function pytorchNaming(library: string, modules: Modules): Naming {
  return {
    library,
    nameOf: (parameter) =>
      `${moduleOf(parameter, modules)}.${/(kernel|gamma)$/u.test(parameter) ? 'weight' : 'bias'}`,
    // Of OIHW.
    kernelAxes: [2, 3, 1, 0],
  };
}

const inUnit =
  /^resnet\/block(?<block>\d+)\/unit(?<unit>\d+)\/(?<position>a\/proj|[abc])\/(?<kind>group_norm|standardized_conv2d)\//u;

function moduleOf(name: string, modules: Modules): string {
  if (name === rootKernel) return modules.root;
  if (name === headKernel || name === headBias) return modules.head;
  if (name.startsWith(`${finalNorm}/`)) return modules.finalNorm;
  const { block, unit, position, kind } = inUnit.exec(name)!.groups!;
  const part =
    position === 'a/proj'
      ? modules.projection
      : `${kind === 'group_norm' ? modules.norm : 'conv'}${'abc'.indexOf(position!) + 1}`;
  return `${modules.unit(block!, unit!)}.${part}`;
}

/** The axes of a stored parameter in the published order. */
export const axesOf = (naming: Naming, { shape }: Pick<ParameterShape, 'shape'>): readonly number[] =>
  shape.length === 4 ? naming.kernelAxes : shape.map((_, axis) => axis);

/** A parameter, given as it is published, as a library stores it. */
export function storedAs(naming: Naming, { name, shape }: ParameterShape): ParameterShape {
  const axes = axesOf(naming, { shape });
  return { name: naming.nameOf(name), shape: axes.map((_, axis) => shape[axes.indexOf(axis)]!) };
}

/** What wrappers such as DataParallel and torch.compile put before every name. */
const wrapper = /^(?:(?:module|_orig_mod)\.)+/u;

/**
 * Tells by its names which library wrote a file, and returns its tensors without the prefix of a wrapper and with
 * a head of four axes.
 */
export function recognise(stored: readonly StoredTensor[]): {
  naming: Naming;
  tensors: readonly StoredTensor[];
} {
  const isWrapped = stored.every(({ name }) => wrapper.test(name));
  const tensors = stored.map((tensor) =>
    isWrapped ? { ...tensor, name: tensor.name.replace(wrapper, '') } : tensor,
  );
  const names = new Set(tensors.map(({ name }) => name));
  const naming = [timm, bitPytorch].find(({ nameOf }) => names.has(nameOf(rootKernel)));
  if (naming === undefined) return { naming: published, tensors: stored };
  const head = naming.nameOf(headKernel);
  return {
    naming,
    tensors: tensors.map((tensor) =>
      tensor.name === head && tensor.shape.length === 2
        ? { ...tensor, shape: [...tensor.shape, 1, 1], strides: [...tensor.strides, 1, 1] }
        : tensor,
    ),
  };
}
