import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const read = (file: string): string => readFileSync(join(workspaceRoot, file), 'utf8');
const guide = read('docs/extending.md');
/** A block of code under a comment with the name of its file. */
const quoted = Array.from(
  guide.matchAll(/^<!-- (examples\/\S+) -->\n\n```\w+\n([^]*?)^```$/gm),
  ([, file, text]) => ({ file: file!, text: text! }),
);

describe('the guide to extending', () => {
  it.each(quoted)('quotes $file as it is', ({ file, text }) => {
    expect(text).toBe(read(file));
  });

  it('quotes every file of the examples', () => {
    const files = execFileSync('git', ['ls-files', 'examples'], { cwd: workspaceRoot, encoding: 'utf8' });
    const shown = files.split('\n').filter((file) => /^examples\/(?!tests|testing)\w+\//.test(file));
    expect(quoted.map(({ file }) => file).sort()).toEqual(shown.sort());
  });
});
