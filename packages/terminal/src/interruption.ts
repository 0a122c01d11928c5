import { exitCodes } from '@bit-repro/artifacts';
import type { CommandContext } from './context.ts';

/** By what a command ends that was asked to. */
class Interruption extends Error {
  constructor() {
    super('The command was interrupted');
  }
}

/** Whether somebody threw it because of an interruption. */
export const isInterruption = (thrown: unknown): boolean =>
  thrown instanceof Error && (thrown instanceof Interruption || isInterruption(thrown.cause));

/** A terminal sends Ctrl-C to every process of its group, and npx passes on what it got: one Ctrl-C may come twice. */
const sameWithinMs = 500;

/**
 * What SIGINT and SIGTERM mean to a command: the first that it is to end in order, a further Ctrl-C that it is to end at once. A
 * scheduler may send SIGTERM as often as it likes. Whoever asks for one of the signals sees to that end; a command that has not
 * asked is ended here.
 */
export function listenForInterruptions(): Pick<Required<CommandContext>, 'signal' | 'atOnce'> {
  const inOrder = new AbortController();
  const atOnce = new AbortController();
  const heeded = new Set<AbortController>();
  let firstAt = 0;
  const interrupt = (step: AbortController): void => {
    if (step.signal.aborted || !heeded.has(step)) exit();
    step.abort(new Interruption());
  };
  const hear = (kind: NodeJS.Signals): void => {
    if (!inOrder.signal.aborted) {
      firstAt = performance.now();
      interrupt(inOrder);
    } else if (kind === 'SIGINT' && performance.now() - firstAt > sameWithinMs) {
      interrupt(atOnce);
    }
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
  const heed = (step: AbortController): AbortSignal => {
    heeded.add(step);
    return step.signal;
  };
  return {
    get signal() {
      return heed(inOrder);
    },
    get atOnce() {
      return heed(atOnce);
    },
  };
}

function exit(): never {
  // Where a disk does not answer, Node waits for it as it exits: the next signal then ends the process without a word.
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  process.exit(exitCodes.interrupted);
}
