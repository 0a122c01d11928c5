export { serveStore } from './serveStore.ts';
