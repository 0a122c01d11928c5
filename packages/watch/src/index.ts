export { serveStore } from './serveStore.ts';
export { watchInTerminal } from './watchInTerminal.ts';
