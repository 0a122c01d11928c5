import { explainUnreadable, InputError } from '@bit-repro/artifacts';
import type { ParameterShape } from '../parameters.ts';
import type { ElementType } from './elementType.ts';
import { printable } from './printable.ts';
import { TensorProblem } from './tensorProblem.ts';

/** A tensor in a file of any format, before its elements are read. */
export interface StoredTensor extends ParameterShape {
  type: ElementType;
  /** How many elements apart neighbours along each axis are. */
  strides: readonly number[];
  /** Reads the elements from the tensor's first to its last, as float32. @throws TensorProblem */
  read: () => Promise<Float32Array>;
}

/** Adds the names of the tensor and the file to an error of `work`. */
export async function about<T>(file: string, name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const unreadable = explainUnreadable(cause, file);
    if (unreadable !== cause) throw unreadable;
    const problem =
      cause instanceof TensorProblem
        ? cause
        : new TensorProblem('undamaged bytes', printable((cause as Error).message));
    throw new InputError(
      `Expected ${problem.expected} in tensor ${printable(name)} of ${file}, found ${problem.found}`,
      problem.remedy,
      { cause },
    );
  }
}
