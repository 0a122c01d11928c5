import { privateHere, redact, redacted, type Private } from './redact.ts';

/** Files that usually contain secrets. */
const secretFile =
  /^(?:\.npmrc|[._]netrc|\.env.*|\.pypirc|\.pgpass|\.htpasswd|\.git-credentials|credentials|secrets?\.(?:json|toml|ini|ya?ml)|id_[^.]*(?:\.pub)?|.*\.(?:pem|key|p12|pfx|jks|keystore|ppk|kdbx))$/i;

/** A line of a diff, split into its mark and its text. */
interface DiffLine {
  mark: string;
  text: string;
}

/**
 * Redacts the output of `git diff` as `redact` does. It remains a valid diff. Of files that usually contain
 * secrets, only the number of changed lines is kept.
 */
export function redactDiff(diff: string, known: Private = privateHere()): string {
  const lines = readDiff(diff);
  const texts = redact(lines.map(({ text }) => text).join('\n'), known).split('\n');
  return lines.map(({ mark }, index) => mark + texts[index]!).join('\n');
}

function readDiff(diff: string): DiffLine[] {
  let isSecret = false;
  let isBinary = false;
  /** Remaining lines of the hunk, of the old and of the new file. */
  let [before, after] = [0, 0];
  return diff.split('\n').map((line): DiffLine => {
    const mark = line.charAt(0);
    if ((before > 0 || after > 0) && ' +-\\'.includes(mark)) {
      if (mark !== '+' && mark !== '\\') before -= 1;
      if (mark !== '-' && mark !== '\\') after -= 1;
      const text = line.slice(1);
      return { mark, text: isSecret && mark !== '\\' && mark !== '' ? redacted : text };
    }
    [before, after] = [0, 0];
    const hunk = /^(@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@)(.*)$/s.exec(line);
    if (hunk !== null) {
      [before, after] = [Number(hunk[2] ?? 1), Number(hunk[3] ?? 1)];
      const context = hunk[4]!;
      return { mark: hunk[1]!, text: isSecret && context !== '' ? ` ${redacted}` : context };
    }
    if (line.startsWith('diff --git ')) {
      isBinary = false;
      isSecret = isSecretFile(line);
    } else if (/^(?:---|\+\+\+|rename from|copy from) /.test(line)) isSecret ||= isSecretFile(line);
    else if (line === 'GIT binary patch') isBinary = true;
    else if (isBinary && isSecret && !/^(?:literal|delta) \d+$|^$/.test(line))
      return { mark: '', text: redacted };
    return { mark: '', text: line };
  });
}

/** Checks the file name at the end of a line. */
const isSecretFile = (line: string): boolean => {
  const path = line.replace(/\t$/, '').replace(/"$/, '');
  return secretFile.test(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(' ')) + 1));
};
