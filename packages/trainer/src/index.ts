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
