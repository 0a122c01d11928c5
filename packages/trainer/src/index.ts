export { readCheckpoint } from './checkpoint.ts';
export {
  bitHyperRule,
  learningRate,
  mixupFor,
  resolutionFor,
  scheduleNames,
  scheduleSupports,
  type ScheduleName,
} from './hyperRule.ts';
export { hyperParameters, supportsSchema } from './hyperParameters.ts';
export { evaluate, type EvaluateOptions } from './evaluate.ts';
export { fineTune, lossesDigest } from './fineTune.ts';
export type { FineTuneInput } from './fineTuneInput.ts';
export { batchSplitFor, trainingBytes } from './memory.ts';
export {
  precisions,
  type MicroBatch,
  type Precision,
  type TrainableNetwork,
  type UpdateRates,
} from './network.ts';
export { checkSizes, preprocess, type CropFlipTensors } from './preprocess.ts';
export {
  isCheckpoint,
  loadState,
  removeState,
  saveState,
  UnusableStateError,
  type SavedState,
} from './savedState.ts';
export { imageInput, scoringNetwork, type ScoringNetwork } from './scoringNetwork.ts';
export {
  fineTuneSchema,
  type Evaluation,
  type FineTuneResult,
  type FineTuneSpec,
  type SplitChange,
  type TrainingEvent,
} from './spec.ts';
