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
export { evaluate, hasTop5 } from './evaluate.ts';
export { fineTune, lossesDigest } from './fineTune.ts';
export type { FineTuneInput } from './fineTuneInput.ts';
export { imageMemory } from './imageMemory.ts';
export { batchSplitFor, trainingBytes } from './memory.ts';
export { decodePredictions, encodePredictions } from './predictionsFile.ts';
export { preprocess } from './preprocess.ts';
export { isCheckpoint, loadState, removeState, saveState, UnusableStateError } from './savedState.ts';
export { scoringNetwork, type ScoringNetwork } from './scoringNetwork.ts';
export {
  fineTuneSchema,
  shotsSchema,
  type FineTuneResult,
  type FineTuneSpec,
  type TrainingEvent,
} from './spec.ts';
