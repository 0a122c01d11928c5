import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLocked, lockOwner } from '@bit-repro/artifacts';
import { slotFolders } from './slotFolder.ts';
import { waitingIn } from './slotQueue.ts';

/** A slot of this machine that a process of this user has. */
export interface HeldSlot {
  name: string;
  pid: number;
}

/** Who has the slots of this machine, and who waits for one, the first first. Nothing is changed. */
export async function slotsInUse(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ held: HeldSlot[]; waiting: number[] }> {
  const folder = slotFolders(environment).find((one) => existsSync(one));
  const held: HeldSlot[] = [];
  const waiting: number[] = [];
  for (const entry of folder === undefined ? [] : readdirSync(folder).sort()) {
    const path = join(folder!, entry);
    const name = /^((?:gpu|processor)-.*)\.lock$/.exec(entry)?.[1];
    if (entry.startsWith('queue-')) waiting.push(...(await waitingIn(path)));
    else if (name !== undefined && (await isLocked(join(folder!, name)))) {
      const owner = await lockOwner(join(folder!, name));
      if (owner !== undefined) held.push({ name, pid: owner.pid });
    }
  }
  return { held, waiting };
}
