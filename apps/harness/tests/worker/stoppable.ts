import { setTimeout } from 'node:timers/promises';
import { exitCodes } from '../../src/terminal/context.ts';
import { listenForInterruptions } from '../../src/terminal/interruption.ts';
import { parentLeaves, tellParent } from '../../src/parent.ts';

/** Run in a process of its own: waits until it is stopped, and still tells of it. */
const stop = AbortSignal.any([listenForInterruptions().signal, parentLeaves()]);
tellParent('waits');
await setTimeout(60_000, undefined, { signal: stop }).catch(() => undefined);
tellParent('stopped');
await setTimeout(100);
process.exitCode = stop.aborted ? exitCodes.interrupted : exitCodes.done;
