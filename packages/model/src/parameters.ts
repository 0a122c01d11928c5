import { headChannels, rootChannels, unitsOf, type Architecture } from './architecture.ts';

/** A parameter, by its name in the published npz files. Kernels are HWIO: [height, width, input, output]. */
export interface ParameterShape {
  name: string;
  shape: readonly number[];
}

/** Parameters by name, in float32. */
export type Weights = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>;

export const rootKernel = 'resnet/root_block/standardized_conv2d/kernel';
export const headKernel = 'resnet/head/conv2d/kernel';
export const headBias = 'resnet/head/conv2d/bias';
export const finalNorm = 'resnet/group_norm';

/** The kernel of convolution `a`, `b`, `c` or `a/proj` of a unit. */
export const unitKernel = (path: string, convolution: 'a' | 'b' | 'c' | 'a/proj'): string =>
  `${path}/${convolution}/standardized_conv2d/kernel`;

/** The norm before convolution `a`, `b` or `c` of a unit, with the parameters `/gamma` and `/beta`. */
export const unitNorm = (path: string, convolution: 'a' | 'b' | 'c'): string =>
  `${path}/${convolution}/group_norm`;

/** Whether a parameter is a kernel that is standardised before use; all but the head's are. */
export const isStandardised = (name: string): boolean => name.endsWith('/standardized_conv2d/kernel');

/** Every parameter of a network with a head of `classes`, from input to output. */
export function parameterShapes(architecture: Architecture, classes: number): ParameterShape[] {
  const norm = (path: string, channels: number): ParameterShape[] => [
    { name: `${path}/gamma`, shape: [channels] },
    { name: `${path}/beta`, shape: [channels] },
  ];
  const features = headChannels(architecture);
  return [
    { name: rootKernel, shape: [7, 7, 3, rootChannels(architecture)] },
    ...unitsOf(architecture).flatMap(({ path, input, middle, output, projected }) => [
      ...norm(unitNorm(path, 'a'), input),
      { name: unitKernel(path, 'a'), shape: [1, 1, input, middle] },
      ...norm(unitNorm(path, 'b'), middle),
      { name: unitKernel(path, 'b'), shape: [3, 3, middle, middle] },
      ...norm(unitNorm(path, 'c'), middle),
      { name: unitKernel(path, 'c'), shape: [1, 1, middle, output] },
      ...(projected ? [{ name: unitKernel(path, 'a/proj'), shape: [1, 1, input, output] }] : []),
    ]),
    ...norm(finalNorm, features),
    { name: headKernel, shape: [1, 1, features, classes] },
    { name: headBias, shape: [classes] },
  ];
}

/** The number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** The number of parameters, with a head of so many classes; by default without a head. */
export function countParameters(architecture: Architecture, classes = 0): number {
  return parameterShapes(architecture, classes).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
