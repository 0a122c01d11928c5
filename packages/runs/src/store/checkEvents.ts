import { isDeepStrictEqual } from 'node:util';
import { lossesDigest } from '@bit-repro/trainer';
import { RunFileError } from './errors.ts';
import { eventsIn } from './events.ts';
import { runFiles, type RunResult } from './records.ts';

/**
 * Checks a run's result against its events: the hash of all losses, and every evaluation.
 *
 * @throws RunFileError `damaged` if they differ.
 */
export function checkEvents(content: Buffer, { lossesSha256, evaluations, final }: RunResult): void {
  const losses = new Map<number, number>();
  const scores = new Map<number, unknown>();
  for (const { line, event } of eventsIn(content)) {
    if (event === undefined) throw differs(`line ${line} is not an event`);
    if (event.kind === 'step') losses.set(event.step, event.loss);
    if (event.kind === 'evaluation') {
      const { kind, ...evaluation } = event;
      scores.set(event.step, evaluation);
    }
  }
  const inOrder = [...losses].sort(([one], [other]) => one - other).map(([, loss]) => loss);
  if (lossesDigest(Float64Array.from(inOrder)) !== lossesSha256) {
    throw differs(`its losses differ from those of ${runFiles.result}`);
  }
  if (
    !isDeepStrictEqual([...scores.values()], evaluations) ||
    !isDeepStrictEqual(evaluations.at(-1), final)
  ) {
    throw differs(`its evaluations differ from those of ${runFiles.result}`);
  }
}

const differs = (how: string): RunFileError =>
  new RunFileError('damaged', `${runFiles.events} was altered: ${how}`);
