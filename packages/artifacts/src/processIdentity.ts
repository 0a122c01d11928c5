import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process, even against later processes with the same ID and those on other machines. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** Identifies a running system and its PID namespace; absent if the system does not provide it. */
  system?: string;
  /**
   * Clock ticks between the start of the system and of the process; absent if the system does not provide
   * them.
   */
  startedAt?: string;
}

let own: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  if (own?.pid === process.pid) return own;
  const system = thisSystem();
  const startedAt = startOf(process.pid);
  own = { host: hostname(), pid: process.pid, ...(system && { system }), ...(startedAt && { startedAt }) };
  return own;
}

/**
 * Whether a process is known to have ended. False if unknown: for processes of other machines and containers,
 * and on systems without `/proc`.
 */
export function hasEnded({ pid, system, startedAt }: ProcessIdentity): boolean {
  if (system === undefined || startedAt === undefined || system !== thisSystem()) return false;
  return startOf(pid) !== startedAt;
}

/** Host, boot ID and PID namespace, any of which containers may share. */
function thisSystem(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Undefined if the process does not exist or is a zombie. */
function startOf(pid: number): string | undefined {
  try {
    // The second field, the program's name in parentheses, may itself contain blanks and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
