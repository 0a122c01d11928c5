export { readCheckpoint } from './checkpoint.ts';
export { TrainerError } from './errors.ts';
export {
  bitHyperRule,
  checkSupports,
  learningRate,
  mixupFor,
  resolutionFor,
  scheduleNames,
  scheduleSupports,
  type ScheduleName,
} from './hyperRule.ts';
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
export { isCheckpoint, loadState, removeState, saveState, type SavedState } from './savedState.ts';
export { imageInput, scoringNetwork, type ScoringNetwork } from './scoringNetwork.ts';
export type { Evaluation, FineTuneResult, FineTuneSpec, SplitChange, TrainingEvent } from './spec.ts';
