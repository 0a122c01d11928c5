/** For tests of other packages that compare with fixtures of tools/reference. */
export { readFixture } from './fixtures.ts';
export { hashedBytes, hashedUniform, hashedWeights } from './hashed.ts';
export { differenceFromSummary, type TensorSummary } from './summary.ts';
