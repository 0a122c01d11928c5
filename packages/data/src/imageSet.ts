/** Images with their labels. */
export interface ImageSet {
  /** [count, 32, 32, 3], row-major, RGB. */
  images: Uint8Array;
  /** [count], class numbers from 0. */
  labels: Uint8Array;
  count: number;
}

/** The images of a data set. */
export interface DatasetImages {
  train: ImageSet;
  test: ImageSet;
}
