export { architectureNamed, architectureNames, type Architecture } from './architecture.ts';
export { catalogue, findModel } from './catalogue.ts';
export { fetchWeights, listWeights, verifyWeights, type FetchOptions } from './fetchWeights.ts';
export { cachedHubWeights, fetchHubWeights } from './hub/fetchHub.ts';
export { hubRepository, hubRevision, nameOfHub, parseHub, type HubModel } from './hub/hubModel.ts';
export { imageCost } from './flops.ts';
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
export { logits, pooledFeatures } from './resnet.ts';
export { standardiseKernel, standardiseKernels } from './weightStandardisation.ts';
export { readPickle } from './torch/pickle.ts';
export { PickledTensor, type Pickled } from './torch/pickled.ts';
export { inRowMajor, spanOf } from './stored/elements.ts';
export { networkInWords } from './weightsFile/compare.ts';
export { describeWeights, readNetwork, readNpz, readWeights, requireNetwork } from './weightsFile/read.ts';
export { weightsWriter } from './weightsFile/write.ts';
export { NotFiniteError } from './stored/requireWritable.ts';
export { decodeIntegers, encodeIntegers } from './npz/integers.ts';
export { writeNpz } from './npz/write.ts';
export { readWeightsLock } from './weightsLock.ts';
