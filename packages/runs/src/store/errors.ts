import { exitCodes, ExplainedError, type ExitCode } from '@bit-repro/artifacts';

const remedies = {
  damaged: 'Run its experiment again, which moves the damaged run to the trash and re-runs it.',
  foreign: 'Read it with the version of the program that wrote it; provenance.json names the commit.',
  unfinished: 'Run its experiment again, which continues from the checkpoint.',
  unreadable:
    'Nothing was changed. Check the disk, or the permissions of the file, then run the command again.',
} as const;

/** A run in the store cannot be relied on. */
export class RunFileError extends ExplainedError {
  override readonly exitCode: ExitCode;
  /**
   * `damaged`: a file is missing or has wrong bytes. `foreign`: the files are valid, but not in the format of
   * this version of the program. `unfinished`: the run ended before it was sealed. `unreadable`: the file
   * cannot be read, so nothing may be concluded from it.
   */
  readonly kind: keyof typeof remedies;

  constructor(kind: RunFileError['kind'], message: string, options?: ErrorOptions) {
    super(message, remedies[kind], options);
    this.kind = kind;
    this.exitCode = kind === 'unreadable' ? exitCodes.outside : exitCodes.badInput;
  }
}
