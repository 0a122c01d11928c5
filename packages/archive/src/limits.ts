import { runFiles } from '@bit-repro/runs';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** Maximum number of members of an archive; more than the runs of the largest experiment have. */
export const mostMembers = 1_000_000;
/** Larger than a manifest of that many members. */
export const mostManifestBytes = 256 * MiB;
/**
 * Maximum length of the name of a run or a report, so that prefixes and suffixes still fit into the 255 bytes
 * of a file system.
 */
export const mostNameLetters = 128;

/** A JSON record. */
const mostRecordBytes = 16 * MiB;
const mostRunFileBytes: Readonly<Record<string, number>> = {
  /** Some 700,000 steps. */
  [runFiles.events]: 64 * MiB,
  /** Some 400,000 samples, which are three weeks. */
  [runFiles.telemetry]: 64 * MiB,
  [runFiles.log]: 64 * MiB,
  [runFiles.diff]: 64 * MiB,
  /** Twice the size of the largest network. */
  [runFiles.weights]: 8 * GiB,
};
/** A page with some 50,000 runs. */
const mostReportFileBytes = 256 * MiB;

/** Maximum size of a member of an archive, by its name: what every command can read. */
function mostBytesOf(member: string): number {
  const [root, , name = ''] = member.split('/');
  return root === 'reports' ? mostReportFileBytes : (mostRunFileBytes[name] ?? mostRecordBytes);
}

/** The first file that is too large for its kind, in words; undefined if there is none. */
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
