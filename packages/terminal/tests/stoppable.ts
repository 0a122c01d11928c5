import { setTimeout } from 'node:timers/promises';
import { exitCodes, parentLeaves, tellParent } from '@bit-repro/artifacts';
import { listenForInterruptions } from '../src/interruption.ts';

/** Runs in its own process: waits until it is stopped, then sends its parent a message. */
const stop = AbortSignal.any([listenForInterruptions().signal, parentLeaves()]);
tellParent('waits');
await setTimeout(60_000, undefined, { signal: stop }).catch(() => undefined);
tellParent('stopped');
await setTimeout(100);
process.exitCode = stop.aborted ? exitCodes.interrupted : exitCodes.done;
