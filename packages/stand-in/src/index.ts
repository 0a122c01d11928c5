export { embeddedNetwork } from './embeddedNetwork.ts';
export { teacher } from './teacher.ts';
