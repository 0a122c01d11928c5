/** The progress of a long task. `total` is absent if unknown. */
export interface Progress {
  label: string;
  done: number;
  total?: number;
  unit: 'bytes' | 'items';
}

export type OnProgress = (progress: Progress) => void;
