/** An image, alone in a file or in a range of one: `name` is what messages call it. */
export interface ListedImage {
  file: string;
  name: string;
  /** Class number. */
  label: number;
  /** Where it begins in the file, if not at 0; with `bytes`. */
  offset?: number;
  bytes?: number;
}

/** The images of a folder, before any is read. */
export interface Survey {
  title: string;
  /** In the order of the class numbers: what tells the classes apart, wherever they are described. */
  classes: string[];
  /** What people call the classes, if it is known. */
  classTitles?: string[];
  /** Ordered by class, then by name. */
  train: ListedImage[];
  test: ListedImage[];
  /** What users are to know of it, a sentence each. */
  notes?: string[];
}
