import { existsSync, readFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Experiment } from './experiment.ts';

/** A fault, and the file operations of an experiment that it happens at. */
export type Fault = {
  /** The command of the processes concerned, such as `run` or `worker`. Default: any. */
  role?: string;
  /** As in the trace; `any` for any. */
  operation: string;
  /** An extended regular expression for the path. */
  path: string;
  /** Which of these operations of a process, counted from 1. Default: all. A kill happens once. */
  first?: number;
  last?: number;
} & (
  | { what: 'kill-before' | 'kill-after' }
  | { what: 'fail'; errno: Errno }
  | { what: 'delay'; milliseconds: number }
);

export type Errno = 'EACCES' | 'EIO' | 'ENOSPC' | 'EROFS';

/** An operation of a command, identified by what is the same in every repetition. */
export interface Point {
  role: string;
  operation: string;
  /** Relative to the experiment's folder, with a star in place of random parts. */
  path: string;
  /** Which of these operations it is on this path in this role, counted from 1. */
  nth: number;
}

/** Operations that change the disk; the others only read or wait. */
export const changes = new Set(
  'create write rename unlink rmdir mkdir link symlink truncate utimes'.split(' '),
);

let compiling: Promise<string> | undefined;

/** Compiles the library that is preloaded before libc. */
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
    // Its operations would bypass libc.
    UV_USE_IO_URING: '0',
    FAULT_SCOPE: [runs, reports, archives].join(':'),
    ...rest,
  };
}

const traceOf = (folder: string): string => join(folder, 'tmp/trace');
const happenedOf = (folder: string): string => join(folder, 'tmp/happened');

/** Makes a command trace its file operations. */
export const traced = (experiment: Experiment): Promise<NodeJS.ProcessEnv> =>
  environment(experiment, { FAULT_TRACE: traceOf(experiment.folder) });

/** Injects a fault into a command. */
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

/** Makes a command believe that it is on another machine, whose clock is off by some seconds. */
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

/** The operations of a traced experiment, at most `most` of each kind. */
export function pointsIn(folder: string, most: number): Point[] {
  const counts = new Map<string, number>();
  const lines = readFileSync(traceOf(folder), 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [, role, operation, absolute] = /^(\S+) (\S+) (.*)$/.exec(line)!;
    // The experiment may have moved since.
    const path = withoutChance(absolute!.replace(/^.*\/experiment-[^/]+\//, ''));
    const kind = [role, operation, path].join(' ');
    const nth = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, nth);
    return nth <= most ? [{ role: role!, operation: operation!, path, nth }] : [];
  });
}

/** Replaces what differs between repetitions by a star: UUIDs, digests, process IDs. */
export const withoutChance = (path: string): string =>
  path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=[a-f]*\d)[0-9a-f]{12,}\b|\b\d{4,}\b/g, '*');

/** Selects the operation of a point. */
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

/** Describes a point in words. */
export const inWords = ({ role, operation, path, nth }: Point): string =>
  `${ordinals[nth] ?? `${nth}th`} ${operation} of ${path} by ${role}`;
