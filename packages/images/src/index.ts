export { decodeImage } from './decodeImage.ts';
export { bytesOf, type ImageSize } from './image.ts';
export { defaultCacheBytes, ImagePool, type ImagePoolOptions } from './imagePool.ts';
export { prepareImage } from './prepareImage.ts';
export { resizeBilinear } from './resizeBilinear.ts';
export { sizeOfImage } from './sizeOfImage.ts';
export type { StoredImage } from './storedImage.ts';
