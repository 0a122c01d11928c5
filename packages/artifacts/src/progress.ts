/** A report of how far a long task is. `total` is absent while it is unknown. */
export interface Progress {
  label: string;
  done: number;
  total?: number;
  unit: 'bytes' | 'items';
}

export type OnProgress = (progress: Progress) => void;
