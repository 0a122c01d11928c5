export { fakeGitHub } from './fakeGitHub.ts';
export { likeThePaper, type MadeUpHits, madeUpInput, madeUpRecord, nearChance } from './sample.ts';
export { madeUpSurroundings, type StoredReport, storeReport, verifyMadeUp } from './storedReport.ts';
