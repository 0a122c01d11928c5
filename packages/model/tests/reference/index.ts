/** What tests of other packages need to compare with fixtures of tools/reference. */
export { readFixture } from './fixtures.ts';
export { hashedBytes, hashedUniform, hashedWeights } from './hashed.ts';
export { differenceFromSummary, type TensorSummary } from './summary.ts';
