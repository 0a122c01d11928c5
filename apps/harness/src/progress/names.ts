import type { Job } from '@bit-repro/launch';
import { inLine } from '@bit-repro/artifacts';
import { shotsInWords, type PlannedRun } from '@bit-repro/experiment';
import { shortened } from '@bit-repro/terminal';

/** Shots at the start of a line: "  5 shot", or "all images". */
export const shotsCell = (shots: PlannedRun['shots']): string =>
  shots === 'all' ? 'all images' : `${String(shots).padStart(3)} shot`;

/** A run by its arm, shots and seed, which are unique in its experiment. */
export const plainName = ({ arm, shots, seed }: Job): string =>
  `${inLine(arm)} ${shotsInWords(shots)} seed ${seed}`;

/** A shorter form; the arm's name is shortened to fit into `columns`. */
export function shortName({ arm, shots, seed }: Job, columns = Infinity): string {
  const end = ` ${shotsInWords(shots)} s${seed}`;
  return shortened(inLine(arm), columns - end.length) + end;
}
