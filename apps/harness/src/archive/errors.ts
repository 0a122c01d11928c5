import { HarnessError } from '../errors.ts';

/** An archive cannot be used. */
export class ArchiveError extends HarnessError {
  override readonly name = 'ArchiveError';
}
