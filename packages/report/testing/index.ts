export { fakeGitHub } from './fakeGitHub.ts';
export {
  likeThePaper,
  madeUpLabelsOf,
  type MadeUpHits,
  madeUpInput,
  madeUpRecord,
  nearChance,
} from './sample.ts';
export { type StoredReport, storeReport, verifyMadeUp } from './storedReport.ts';
