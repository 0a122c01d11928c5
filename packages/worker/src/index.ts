export { runWorker, type WorkerOptions } from './worker.ts';
