import { existsSync, readFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Experiment } from './experiment.ts';

/** What is to happen at which file operations of an experiment. */
export type Fault = {
  /** The command whose processes are meant, `run` or `worker` for example; any by default. */
  role?: string;
  /** As the trace names it; `any` is any. */
  operation: string;
  /** An extended regular expression that the path matches. */
  path: string;
  /** Which such operations of a process, counted from 1; by default all. A kill happens once. */
  first?: number;
  last?: number;
} & (
  | { what: 'kill-before' | 'kill-after' }
  | { what: 'fail'; errno: Errno }
  | { what: 'delay'; milliseconds: number }
);

export type Errno = 'EACCES' | 'EIO' | 'ENOSPC' | 'EROFS';

/** One operation of a command, by what is the same in every repetition. */
export interface Point {
  role: string;
  operation: string;
  /** In the experiment's folder, with a star for what is drawn by lot. */
  path: string;
  /** How many of this operation on this path in this role there were before, and one. */
  nth: number;
}

/** Operations that change what is on the disk; the others only look, or wait for it. */
export const changes = new Set(
  'create write rename unlink rmdir mkdir link symlink truncate utimes'.split(' '),
);

let compiling: Promise<string> | undefined;

/** Compiles the library that is loaded before libc. */
function library(): Promise<string> {
  const compile = async (): Promise<string> => {
    const file = join(tmpdir(), `faultyDisk-${process.pid}.so`);
    const source = join(import.meta.dirname, 'faultyDisk.c');
    await execa('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-o', file, source, '-ldl']);
    return file;
  };
  return (compiling ??= compile());
}

async function environment(experiment: Experiment, rest: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  const { runs, reports, archives } = experiment;
  return {
    LD_PRELOAD: await library(),
    // Its operations would not pass libc.
    UV_USE_IO_URING: '0',
    FAULT_SCOPE: [runs, reports, archives].join(':'),
    ...rest,
  };
}

const traceOf = (folder: string): string => join(folder, 'tmp/trace');
const happenedOf = (folder: string): string => join(folder, 'tmp/happened');

/** Has a command tell its operations. */
export const traced = (experiment: Experiment): Promise<NodeJS.ProcessEnv> =>
  environment(experiment, { FAULT_TRACE: traceOf(experiment.folder) });

/** Has a command meet with a fault. */
export const faulty = (experiment: Experiment, fault: Fault): Promise<NodeJS.ProcessEnv> =>
  environment(experiment, {
    FAULT_DO: fault.what,
    FAULT_OP: fault.operation,
    FAULT_PATH: fault.path,
    FAULT_HAPPENED: happenedOf(experiment.folder),
    ...(fault.role !== undefined && { FAULT_ROLE: fault.role }),
    ...(fault.first !== undefined && { FAULT_FIRST: `${fault.first}` }),
    ...(fault.last !== undefined && { FAULT_LAST: `${fault.last}` }),
    ...(fault.what === 'fail' && { FAULT_NUMBER: `${constants.errno[fault.errno]}` }),
    ...(fault.what === 'delay' && { FAULT_NUMBER: `${fault.milliseconds}` }),
  });

/** Has a command believe to be on another machine, whose clock differs by some seconds. */
export const elsewhere = async (
  experiment: Experiment,
  host: { name: string; clockOffset: number },
): Promise<NodeJS.ProcessEnv> => ({
  ...(await environment(experiment, {
    FAULT_HOSTNAME: host.name,
    FAULT_CLOCK_OFFSET_S: `${host.clockOffset}`,
  })),
  TMPDIR: experiment.temporaryFolder(host.name),
  XDG_RUNTIME_DIR: experiment.temporaryFolder(host.name),
});

/** Whether the fault has happened. */
export const hasHappened = (experiment: Experiment): boolean => existsSync(happenedOf(experiment.folder));

/** Each operation that a traced experiment told, the first `most` of a kind. */
export function pointsIn(folder: string, most: number): Point[] {
  const counts = new Map<string, number>();
  const lines = readFileSync(traceOf(folder), 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [, role, operation, absolute] = /^(\S+) (\S+) (.*)$/.exec(line)!;
    // The experiment may stand elsewhere by now.
    const path = withoutChance(absolute!.replace(/^.*\/experiment-[^/]+\//, ''));
    const kind = [role, operation, path].join(' ');
    const nth = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, nth);
    return nth <= most ? [{ role: role!, operation: operation!, path, nth }] : [];
  });
}

/** A path with a star for what differs between repetitions: UUIDs, digests, numbers of processes. */
export const withoutChance = (path: string): string =>
  path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=[a-f]*\d)[0-9a-f]{12,}\b|\b\d{4,}\b/g, '*');

/** Picks the operation of a point. */
export const at = ({
  role,
  operation,
  path,
  nth,
}: Point): Pick<Fault, 'role' | 'operation' | 'path' | 'first'> => ({
  role,
  operation,
  path: `/${path.replace(/[.^$+?()[\]{}|\\]/g, '\\$&').replaceAll('*', '[^/]+')}$`,
  first: nth,
});

const ordinals = ['', '1st', '2nd', '3rd'];

/** A point in words. */
export const inWords = ({ role, operation, path, nth }: Point): string =>
  `${ordinals[nth] ?? `${nth}th`} ${operation} of ${path} by ${role}`;
