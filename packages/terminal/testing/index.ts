export { EmulatedTerminal } from './emulated.ts';
