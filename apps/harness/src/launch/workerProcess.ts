import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { execa } from 'execa';

/**
 * Whether a process of this machine is the worker of a run's folder, by its command line: the number of a process that has
 * ended may be another's by now.
 */
export async function isWorkerOf(pid: number, folder: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process, which cannot be one of ours, is not to be signalled.
    if ((error as NodeJS.ErrnoException).code !== undefined) return false;
    throw error;
  }
  return (await commandLine(pid)).includes(basename(folder));
}

async function commandLine(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // No such folder on macOS.
    const { stdout } = await execa('ps', ['-o', 'args=', '-p', String(pid)], { reject: false });
    return stdout;
  }
}
