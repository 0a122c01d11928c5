/** Class numbers from 0; in 16 bits for more than 256 classes. */
export type Labels = Uint8Array | Uint16Array;

/** Images with their labels. */
export interface ImageSet {
  /** [count, 32, 32, 3], row-major, RGB. */
  images: Uint8Array;
  /** [count] */
  labels: Labels;
  count: number;
}

/** The images of a data set. */
export interface DatasetImages {
  train: ImageSet;
  test: ImageSet;
}
