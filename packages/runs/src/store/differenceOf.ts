import { join } from 'node:path';
import { digestFile } from '@bit-repro/artifacts';
import { eventsIn } from './events.ts';
import { readRunFile } from './readFile.ts';
import { runFiles } from './records.ts';

/** The first difference between the runs in two folders, in words; undefined if there is none. */
export async function differenceOf(first: string, second: string): Promise<string | undefined> {
  const [losses, others] = (await Promise.all([first, second].map(lossesOf))) as [Losses, Losses];
  for (const [step, loss] of losses) {
    if (!Object.is(loss, others.get(step))) {
      return `the losses differ from step ${step} on: ${loss} and ${others.get(step) ?? 'none'}`;
    }
  }
  if (others.size !== losses.size) return `one has ${losses.size} steps, the other ${others.size}`;
  for (const name of [runFiles.result, runFiles.weights]) {
    const [digest, other] = await Promise.all(
      [first, second].map((folder) => digestFile(join(folder, name), 'sha256')),
    );
    if (digest !== other) return `the losses of all steps agree, but ${name} differs`;
  }
  return undefined;
}

type Losses = Map<number, number>;

async function lossesOf(folder: string): Promise<Losses> {
  const losses: Losses = new Map();
  for (const { event } of eventsIn(await readRunFile(folder, runFiles.events)))
    if (event?.kind === 'step') losses.set(event.step, event.loss);
  return losses;
}
