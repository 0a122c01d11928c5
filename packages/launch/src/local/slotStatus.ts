import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLocked, lockOwner } from '@bit-repro/artifacts';
import { slotFolders } from './slotFolder.ts';
import { waitingIn } from './slotQueue.ts';

/** A slot of this machine that one of this user's processes holds. */
export interface HeldSlot {
  name: string;
  pid: number;
}

/**
 * The slots of this machine that are in use, and the IDs of the processes waiting for one, first in line
 * first. Read-only.
 */
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
