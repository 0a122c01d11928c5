export { diagnose, type EngineDiagnosis } from './diagnose/diagnose.ts';
export { engineEnvironment, setEnvironment, type EngineEnvironment } from './environment.ts';
export { fusedOps, type FusedOps } from './fusedOps.ts';
export { loadKernels } from './gpuKernels.ts';
export { askForGpus, detectGpus, freeGpuMemory, listGpus, type Gpu } from './gpus.ts';
export { compile } from './graph/compile.ts';
export { inspectProgram } from './graph/inspect.ts';
export {
  batch,
  entry,
  type CompiledProgram,
  type EntryDefinition,
  type FeedValues,
  type MomentumUpdate,
} from './graph/program.ts';
export { GraphError } from './graph/sessionError.ts';
export { loadEngine, type Engine } from './load.ts';
export { compileBinding } from './provision/binding.ts';
export { architectureOf, kernelSources, kernelsNameOf } from './provision/kernels.ts';
export { downloadWheel } from './provision/pip.ts';
export { provision } from './provision/provision.ts';
export { installedEngines, recordInstallation, type Installation } from './provision/installation.ts';
export type { Demand, Flavour } from './provision/releases.ts';
export { leastTensorFloat32Capability, requireProducts } from './tensorFloat32.ts';
export { watchGpu, type GpuSample } from './watchGpu.ts';
export { gatherRows, reluGradient } from './nativeOps.ts';
export type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D, TensorFlow } from './tensorflow.ts';
