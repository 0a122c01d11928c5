import type { Job } from '@bit-repro/launch';
import { inLine } from '@bit-repro/artifacts';
import { shortened } from '@bit-repro/terminal';

/** A run by its arm, shots and seed, which are unique in its experiment. */
export const plainName = ({ arm, shots, seed }: Job): string => `${inLine(arm)} ${shots}-shot seed ${seed}`;

/** A shorter form; the arm's name is shortened to fit into `columns`. */
export function shortName({ arm, shots, seed }: Job, columns = Infinity): string {
  const end = ` ${shots}-shot s${seed}`;
  return shortened(inLine(arm), columns - end.length) + end;
}
