export { workAt, type WorkAtOptions } from './workAt.ts';
