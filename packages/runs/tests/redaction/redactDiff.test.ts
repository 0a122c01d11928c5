import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { describeCode } from '../../src/provenance/code.ts';
import { redactDiff } from '../../src/redaction/redactDiff.ts';
import { redacted, type Private } from '../../src/redaction/redact.ts';

const known: Private = { workspace: '/srv/repo', homes: ['/home/ada'], secrets: ['-starts-with-a-mark'] };

/** The diff of a repository whose files changed from `before` to `after`. */
async function diffOf(before: Record<string, string>, after: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'redact-diff-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const git = (...args: string[]): Promise<unknown> =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
  await git('init', '--quiet');
  for (const [name, text] of Object.entries(before)) writeFileSync(join(folder, name), text);
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message=x');
  for (const name of Object.keys(before)) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(after)) writeFileSync(join(folder, name), text);
  await git('add', '--all', '--force');
  const { diff } = await describeCode([], folder);
  return diff?.toString() ?? '';
}

/** The number of removed and added lines per file, as git reads a diff. */
const counted = async (diff: string): Promise<string> =>
  (await execa('git', ['apply', '--numstat'], { input: `${diff}\n`, cwd: tmpdir() })).stdout;

const marks = (diff: string): string[] => diff.split('\n').map((line) => line.charAt(0));

it.each([
  '.npmrc',
  '.netrc',
  '.env',
  '.env.local',
  'server.pem',
  'my server.key',
  'id_ed25519',
  'é.key',
  'credentials',
])('shows only the number of changed lines of %s', async (name) => {
  const diff = await diffOf(
    { [name]: 'first=1\nsecond\n-- a/third\n', 'a.txt': 'x\n' },
    { [name]: 'first=2\nsecond\n\n++ b/fourth', 'a.txt': 'y\n' },
  );
  const clean = redactDiff(diff, known);
  expect(clean).not.toMatch(/first|second|third|fourth/);
  expect(clean).toContain('\n-x\n+y');
  expect(marks(clean)).toEqual(marks(diff));
  expect(await counted(clean)).toBe(await counted(diff));
  expect(redactDiff(clean, known)).toBe(clean);
});

it('redacts secrets in other files, in context lines too, and keeps the rest', async () => {
  const lines = (token: string): string =>
    `function home() {\n  const password = "${token}";\n  /home/ada/x\n  other\n}\n`;
  const diff = await diffOf(
    { 'a.ts': `${lines('one')}1\n2\n3\n4\n` },
    { 'a.ts': `${lines('two')}1\n2\n3\nfour\n` },
  );
  const clean = redactDiff(diff, known);
  expect(clean).toContain(
    `-  const password = "${redacted}";\n+  const password = "${redacted}";\n   ~/x\n   other`,
  );
  expect(clean).toContain('-4\n+four');
  expect(await counted(clean)).toBe(await counted(diff));
});

it('redacts what git quotes of a file in the header of a hunk', async () => {
  const text = `_secret=abc\n${'  x\n'.repeat(9)}`;
  const diff = await diffOf({ '.npmrc': `${text}  last\n` }, { '.npmrc': `${text}  least\n` });
  expect(diff).toContain('@@ _secret=abc');
  expect(redactDiff(diff, known)).toContain(`@@ ${redacted}\n`);
});

it('redacts a file that was renamed from one with secrets', async () => {
  const text = 'abc\n'.repeat(9);
  const diff = await diffOf({ '.env': text }, { settings: `${text}def\n` });
  expect(redactDiff(diff, known)).not.toMatch(/abc|def/);
});

it('redacts a binary file with secrets', () => {
  const diff =
    'diff --git a/x.p12 b/x.p12\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmabc\n\nliteral 2\nJcmdef\n\ndiff --git a/y b/y';
  expect(redactDiff(diff, known)).toBe(diff.replace(/Kcmabc|Jcmdef/g, redacted));
});

it('keeps the mark of a line even if it could be the start of a secret', async () => {
  const diff = await diffOf({ a: 'starts-with-a-mark\n' }, { a: 'b\n' });
  expect(redactDiff(diff, known)).toBe(diff);
});

it('is a diff with the same number of lines, whatever the text', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'diff --git a/.env b/.env',
      '--- a/.env',
      '+++ b/x',
      '@@ -1,2 +1,2 @@ password=a',
      '@@ -9 +9 @@',
    ),
    fc.constantFrom(
      ' a',
      '-b',
      '+c',
      '\\ No newline at end of file',
      '',
      '+password=abc',
      '- -----BEGIN PRIVATE KEY-----',
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const diff = lines.join('\n');
      expect(redactDiff(diff, known).split('\n')).toHaveLength(diff.split('\n').length);
    }),
  );
});
