import { HarnessError } from '../errors.ts';

/** A run in the store cannot be relied on: a file is missing or altered, or is of another version of this program. */
export class RunFileError extends HarnessError {
  override readonly name = 'RunFileError';
  /** `foreign`: nothing is wrong with the files, but this version of the program writes them otherwise. */
  readonly kind: 'damaged' | 'foreign';

  constructor(kind: RunFileError['kind'], message: string, options?: ErrorOptions) {
    const remedy =
      kind === 'damaged'
        ? 'Run its experiment again, which does the run anew.'
        : 'Read it with the version of the program that made it; provenance.json names the commit.';
    super(message, remedy, options);
    this.kind = kind;
  }
}
