export { decodeImage } from './decodeImage.ts';
export { prepareImage } from './prepareImage.ts';
export { resizeBilinear } from './resizeBilinear.ts';
export { sizeOfImage } from './sizeOfImage.ts';
