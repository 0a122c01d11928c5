export { MetricsError } from './errors.ts';
export { crossEntropies, meanCrossEntropy, topK } from './scores.ts';
export { summarise, type Summary } from './summary.ts';
