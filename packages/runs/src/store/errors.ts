import { exitCodes, ExplainedError, type ExitCode } from '@bit-repro/artifacts';

const remedies = {
  damaged: 'Run its experiment again, which sets the run aside and does it anew.',
  foreign: 'Read it with the version of the program that made it; provenance.json names the commit.',
  unfinished: 'Run its experiment again, which goes on from the checkpoint.',
  unreadable:
    'Nothing was changed. See to the disk, or to the rights on the file, then run the command again.',
} as const;

/** A run in the store cannot be relied on: a file is missing or altered, or is of another version of this program. */
export class RunFileError extends ExplainedError {
  override readonly exitCode: ExitCode;
  /**
   * `damaged`: a file is missing, or its bytes are wrong. `foreign`: nothing is wrong with the files, but this version of the
   * program writes them otherwise. `unfinished`: the run ended before it was sealed. `unreadable`: what the file holds is not
   * known, so nothing may be concluded from it.
   */
  readonly kind: keyof typeof remedies;

  constructor(kind: RunFileError['kind'], message: string, options?: ErrorOptions) {
    super(message, remedies[kind], options);
    this.kind = kind;
    this.exitCode = kind === 'unreadable' ? exitCodes.outside : exitCodes.badInput;
  }
}
