export {
  architectureNamed,
  architectureNames,
  type Architecture,
  type ArchitectureName,
} from './architecture.ts';
export { catalogue, findModel, type PublishedModel, type Upstream } from './catalogue.ts';
export {
  fetchWeights,
  listWeights,
  verifyWeights,
  type FetchedWeights,
  type FetchOptions,
  type WeightsOptions,
  type WeightsStatus,
} from './fetchWeights.ts';
export { imageCost, type ImageCost } from './flops.ts';
export { randomWeights, withZeroHead } from './initialise.ts';
export {
  countParameters,
  headBias,
  headKernel,
  isStandardised,
  parameterShapes,
  type ParameterShape,
  type Weights,
} from './parameters.ts';
export { logits, pooledFeatures, type Standardised } from './resnet.ts';
export { standardiseKernel, standardiseKernels } from './weightStandardisation.ts';
export { identifyArchitecture } from './npz/compare.ts';
export type { ElementType } from './npz/npyHeader.ts';
export { checkNpz, listNpz, readNpz, readWeights, type ReadOptions, type StoredTensor } from './npz/read.ts';
export { NotFiniteError, writeNpz, type WriteOptions } from './npz/write.ts';
export { readWeightsLock, type LockedWeights } from './weightsLock.ts';
