export { sampleJob } from './sampleJob.ts';
