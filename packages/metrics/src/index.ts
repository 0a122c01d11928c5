export { bootstrapInterval } from './bootstrap.ts';
export { type Claim } from './claim.ts';
export { contrast } from './contrast.ts';
export { differenceFrom, type Difference } from './difference.ts';
export {
  leastSignFlipP,
  mannWhitneyMethod,
  mannWhitneyTest,
  pairsNeeded,
  signFlipMethod,
  signFlipTest,
} from './differenceTests.ts';
export { UnusableNumbersError } from './errors.ts';
export { factorialEffects, type FactorialEffect } from './factorial.ts';
export { hodgesLehmann } from './hodgesLehmann.ts';
export { holm } from './holm.ts';
export { deviationInterval, meanInterval, medianInterval, type Interval } from './intervals.ts';
export { judge, lookReached, verdicts, type Judgement, type Verdict } from './judge.ts';
export { leastMargin } from './leastMargin.ts';
export { medianWithin, type MedianWithin } from './medianWithin.ts';
export { operatingCharacteristics, type Decided, type Scenario } from './operatingCharacteristics.ts';
export {
  confidenceParts,
  confusionsOf,
  mistakesIn,
  predict,
  type Confusion,
  type Predictions,
} from './predictions.ts';
export { bestOf, pickedByTheRest, type Picking } from './picking.ts';
export { meanCrossEntropy, topK } from './scores.ts';
export { summarise, type Summary } from './summary.ts';
export type { Refusal } from './support.ts';
