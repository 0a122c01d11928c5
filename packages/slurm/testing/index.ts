export { FakeSlurm, type Mood } from './fakeSlurm.ts';
