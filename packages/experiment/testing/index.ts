export { temporaryFile, valid } from './experimentFile.ts';
