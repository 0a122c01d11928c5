export { hashedImages, hashedUniform, hashedWeights, type Relus } from './hashed.ts';
export { readFixture } from './fixtures.ts';
export { differenceFromSummary, relativeDifference, weightsDigest, type TensorSummary } from './summary.ts';
