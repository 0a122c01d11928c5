import { HarnessError } from '../errors.ts';

/** A report that cannot be made from these runs, or that does not follow from them. */
export class ReportError extends HarnessError {}
