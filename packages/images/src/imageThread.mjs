// @ts-check
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { prepareShare } = await import('./share.ts');

parentPort?.on('message', async (/** @type {{ id: number, share: import('./share.ts').Share }} */ order) => {
  parentPort?.postMessage({ id: order.id, failures: await prepareShare(order.share) });
});
