import { exitCodes } from '@bit-repro/artifacts';
import type { CommandContext } from './context.ts';

/** The reason of an aborted `signal` or `atOnce`. */
class Interruption extends Error {
  constructor() {
    super('The command was interrupted');
  }
}

/** Whether an error, or one of its causes, is an interruption. */
export const isInterruption = (thrown: unknown): boolean =>
  thrown instanceof Error && (thrown instanceof Interruption || isInterruption(thrown.cause));

/**
 * A single Ctrl-C can arrive twice: the terminal sends it to the whole process group, and npx forwards its
 * own.
 */
const sameWithinMs = 500;

/**
 * Handles SIGINT and SIGTERM: the first asks the command to finish its current step and stop; a further
 * Ctrl-C asks it to stop at once. Further SIGTERMs are ignored, because a scheduler may send several. A
 * signal that the command has not opted into, by reading it, ends the process.
 */
export function listenForInterruptions(): Pick<Required<CommandContext>, 'signal' | 'atOnce'> {
  const inOrder = new AbortController();
  const atOnce = new AbortController();
  const optedIn = new Set<AbortController>();
  let firstAt = 0;
  const interrupt = (step: AbortController): void => {
    if (step.signal.aborted || !optedIn.has(step)) exit();
    step.abort(new Interruption());
  };
  const onSignal = (kind: NodeJS.Signals): void => {
    if (!inOrder.signal.aborted) {
      firstAt = performance.now();
      interrupt(inOrder);
    } else if (kind === 'SIGINT' && performance.now() - firstAt > sameWithinMs) {
      interrupt(atOnce);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const optInto = (step: AbortController): AbortSignal => {
    optedIn.add(step);
    return step.signal;
  };
  return {
    get signal() {
      return optInto(inOrder);
    },
    get atOnce() {
      return optInto(atOnce);
    },
  };
}

function exit(): never {
  // If a disk does not respond, Node waits for it while exiting; without handlers, the next signal then ends
  // the process.
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  process.exit(exitCodes.interrupted);
}
