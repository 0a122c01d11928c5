import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStatusResult } from 'simple-git';
import type { Provenance } from '../store/records.ts';
import { workspaceRoot } from '@bit-repro/artifacts';
import { gitDiff, stateOfCheckout } from './git.ts';
import { readPacked, type Packed } from './packed.ts';

/** Runs write reports themselves and do not depend on them. */
const isOutput = (path: string): boolean => path.startsWith('reports/');

const MiB = 2 ** 20;
/** Larger files are not code. */
const mostOfAFile = MiB;
const mostOfAll = 8 * MiB;

export interface Code {
  git: Provenance['git'];
  /** The uncommitted changes, including new source files, as git writes them. */
  diff?: Buffer;
  /** The package that the code is from; absent in a clone. */
  package?: Provenance['package'];
}

/**
 * The commit of the code and its uncommitted changes, or why they are unknown. In a package it is the one that was packed.
 *
 * @param sources files that runs depend on, relative to `folder`. Only these are kept of the untracked files.
 */
export async function describeCode(sources: readonly string[], folder = workspaceRoot): Promise<Code> {
  const packed = readPacked(folder);
  if (packed !== undefined) return codeOfPackage(packed);
  const state = await stateOfCheckout(folder);
  if ('unknown' in state) return { git: state };
  const { sha, branch, status } = state;
  const untracked = status.not_added.filter((path) => !isOutput(path));
  const changed = status.files.filter(({ index, path }) => index !== '?' && !isOutput(path));
  const added = untracked.filter((path) => sources.includes(path));
  const git = {
    sha,
    ...(branch !== undefined && { branch }),
    dirty: changed.length + added.length > 0,
    untracked,
  };
  if (!git.dirty) return { git };
  const { diff, notKept } = await keep(folder, changed, added);
  return { git: { ...git, ...(notKept.length > 0 && { notKept }) }, ...(diff.length > 0 && { diff }) };
}

function codeOfPackage({ name, version, sha256, commit, isClean, altered }: Packed): Code {
  const origin = { package: { name, version, sha256 } };
  if (altered.length > 0)
    return { ...origin, git: { unknown: `files of ${name} ${version} were altered: ${altered.join(', ')}` } };
  if (!isClean)
    return { ...origin, git: { unknown: `${name} ${version} was packed with uncommitted changes` } };
  return { ...origin, git: { sha: commit, dirty: false, untracked: [] } };
}

/** The diffs of files that are small enough and that git can diff; the names of all others. */
async function keep(
  folder: string,
  changed: readonly Pick<FileStatusResult, 'path' | 'from'>[],
  added: readonly string[],
): Promise<{ diff: Buffer; notKept: string[] }> {
  const notKept: string[] = [];
  const parts: Buffer[] = [];
  let room = mostOfAll;
  const asked = [
    // A renamed file's old name is included, so that a diff of secrets can be recognised by it.
    ...changed.map(({ path, from }) => ({
      path,
      args: ['HEAD', '--', ...(from === undefined ? [] : [from]), path],
    })),
    ...added.map((path) => ({ path, args: ['--no-index', '--', '/dev/null', path] })),
  ];
  for (const { path, args } of asked) {
    const part = (await isSmall(join(folder, path)))
      ? await gitDiff(folder, args, room).catch(() => undefined)
      : undefined;
    if (part === undefined) notKept.push(path);
    else parts.push(part);
    room -= part?.length ?? 0;
  }
  return { diff: Buffer.concat(parts), notKept };
}

/** A deleted file counts as small. */
const isSmall = (file: string): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size <= mostOfAFile,
    () => true,
  );
