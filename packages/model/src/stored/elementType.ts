import { sizeOf } from '../parameters.ts';

/** Supported element types; each is converted to float32. */
export type ElementType = 'bfloat16' | 'float16' | 'float32' | 'float64';

export const itemSizes: Readonly<Record<ElementType, number>> = {
  bfloat16: 2,
  float16: 2,
  float32: 4,
  float64: 8,
};

/** Bytes of all elements. */
export const dataBytes = ({ type, shape }: { type: ElementType; shape: readonly number[] }): number =>
  sizeOf(shape) * itemSizes[type];
