import type { Job } from '@bit-repro/launch';
import { inLine } from '@bit-repro/artifacts';
import { shortened } from '@bit-repro/terminal';

/** A run by what tells it from the others of its experiment. */
export const plainName = ({ arm, shots, seed }: Job): string => `${inLine(arm)} ${shots}-shot seed ${seed}`;

/** The same, shorter; in no more than so many columns the name of the arm is cut. */
export function shortName({ arm, shots, seed }: Job, columns = Infinity): string {
  const end = ` ${shots}-shot s${seed}`;
  return shortened(inLine(arm), columns - end.length) + end;
}
