export {
  diagnose,
  type DiagnoseOptions,
  type EngineDiagnosis,
  type InstallationState,
  type Problem,
} from './diagnose/diagnose.ts';
export type { SourceState } from './diagnose/sources.ts';
export type { Tool } from './diagnose/tools.ts';
export { engineEnvironment, setEnvironment, type EngineEnvironment } from './environment.ts';
export { fusedOps, type FusedOps } from './fusedOps.ts';
export { loadKernels } from './gpuKernels.ts';
export { askForGpus, detectGpus, freeGpuMemory, listGpus, type Gpu } from './gpus.ts';
export { compile } from './graph/compile.ts';
export { inspectProgram, type EntryInspection, type ProgramInspection } from './graph/inspect.ts';
export {
  batch,
  entry,
  type CompiledProgram,
  type EntryDefinition,
  type EntryResult,
  type FeedValues,
  type InputSpec,
  type MomentumUpdate,
  type ProgramDefinition,
  type VariableReader,
} from './graph/program.ts';
export { GraphError } from './graph/sessionError.ts';
export { loadEngine, type Engine } from './load.ts';
export { compileBinding } from './provision/binding.ts';
export { architectureOf, kernelSources, kernelsNameOf } from './provision/kernels.ts';
export { downloadWheel } from './provision/pip.ts';
export { provision, type ProvisionOptions } from './provision/provision.ts';
export {
  installedEngines,
  recordInstallation,
  verifyInstallation,
  type EngineSource,
  type Installation,
} from './provision/installation.ts';
export type { Demand, Flavour, Wheel } from './provision/releases.ts';
export { leastTensorFloat32Capability, requireProducts, usesTensorFloat32 } from './tensorFloat32.ts';
export { watchGpu, type GpuSample } from './watchGpu.ts';
export { gatherRows, reluGradient } from './nativeOps.ts';
export type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D, TensorFlow } from './tensorflow.ts';
