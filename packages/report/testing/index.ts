export { fakeGitHub } from './fakeGitHub.ts';
export { likeThePaper, type MadeUpHits, madeUpInput, madeUpRecord, nearChance } from './sample.ts';
export { type StoredReport, storeReport } from './storedReport.ts';
