import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from every other one, also from one that has its number later or elsewhere. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** Of one running system, and the processes that see each other there; absent where the system does not say. */
  system?: string;
  /** Clock ticks from the start of the system to that of the process; absent where the system does not say. */
  startedAt?: string;
}

let own: ProcessIdentity | undefined;

/** The identity of this process. */
export function thisProcess(): ProcessIdentity {
  if (own?.pid === process.pid) return own;
  const system = thisSystem();
  const startedAt = startOf(process.pid);
  own = { host: hostname(), pid: process.pid, ...(system && { system }), ...(startedAt && { startedAt }) };
  return own;
}

/**
 * Whether a process is known to have ended. False also where that cannot be told: for processes of other machines and other
 * containers, and on systems without `/proc`.
 */
export function hasEnded({ pid, system, startedAt }: ProcessIdentity): boolean {
  if (system === undefined || startedAt === undefined || system !== thisSystem()) return false;
  return startOf(pid) !== startedAt;
}

/** Host, boot and the namespace of process numbers: containers may share any of them. */
function thisSystem(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Nothing where there is no such process, or a zombie has its number. */
function startOf(pid: number): string | undefined {
  try {
    // The second field, the program's name in brackets, may itself hold blanks and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
