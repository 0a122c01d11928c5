import { runFiles } from '@bit-repro/runs';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** The most members of an archive: more than the runs of the largest experiment have. */
export const mostMembers = 1_000_000;
/** Larger than the manifest of so many members. */
export const mostManifestBytes = 256 * MiB;
/** The longest name of a run or a report; what is put before and behind it fits a file system's 255 bytes all the same. */
export const mostNameLetters = 128;

/** A record in JSON. */
const mostRecordBytes = 16 * MiB;
const mostRunFileBytes: Readonly<Record<string, number>> = {
  /** Some 700,000 steps. */
  [runFiles.events]: 64 * MiB,
  [runFiles.log]: 64 * MiB,
  [runFiles.diff]: 64 * MiB,
  /** Twice the largest network. */
  [runFiles.weights]: 8 * GiB,
};
/** A page of some 50,000 runs. */
const mostReportFileBytes = 256 * MiB;

/** The most bytes that a member of an archive may have, by its name: what every command can read. */
function mostBytesOf(member: string): number {
  const [root, , name = ''] = member.split('/');
  return root === 'reports' ? mostReportFileBytes : (mostRunFileBytes[name] ?? mostRecordBytes);
}

/** The first file that is larger than its kind may be, in words; nothing where there is none. */
export function tooLarge(
  files: readonly { member: string; bytes: number }[],
): { expected: string; found: string } | undefined {
  const file = files.find(({ member, bytes }) => bytes > mostBytesOf(member));
  return (
    file && {
      expected: `at most ${mostBytesOf(file.member)} bytes in ${file.member}`,
      found: `${file.bytes}`,
    }
  );
}
