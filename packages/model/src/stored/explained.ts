import { ExplainedError, explainUnreadable, InputError } from '@bit-repro/artifacts';
import { printable } from './printable.ts';

/** Explains why a file as a whole cannot be read. @throws InputError; OutsideError if its disk fails. */
export async function explained<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof ExplainedError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw new InputError(
        `The weights file ${file} does not exist`,
        'Check the path, or fetch the weights first.',
        { cause },
      );
    }
    const unreadable = code === 'EISDIR' ? cause : explainUnreadable(cause, file);
    if (unreadable !== cause) throw unreadable;
    const reason = printable(cause instanceof Error ? cause.message : String(cause));
    throw new InputError(
      `${file} cannot be read as a file of weights (${reason})`,
      'If the file was truncated, fetch or write it again. Weights are read from npz, safetensors and PyTorch’s files.',
      { cause },
    );
  }
}
