import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const guide = join(workspaceRoot, 'docs/extending.md');
const read = (file: string): string => readFileSync(join(workspaceRoot, file), 'utf8');
/** A block of code under a comment with the name of its file. */
const quotation = /(^<!-- (examples\/\S+) -->\n\n```\w+\n)[^]*?^(?=```$)/gm;

describe('the guide to extending', () => {
  it('quotes the examples as they are (`npx vitest run --update` brings it up to date)', async () => {
    const text = readFileSync(guide, 'utf8');
    const quoted = text.replace(quotation, (_, head: string, file: string) => head + read(file));
    await expect(quoted).toMatchFileSnapshot(guide);
  });

  it('quotes every file of the examples', () => {
    const { stdout } = execaSync('git', ['ls-files', 'examples'], { cwd: workspaceRoot });
    const files = stdout.split('\n').filter((file) => /^examples\/(?!tests|testing)\w+\//.test(file));
    const quoted = Array.from(readFileSync(guide, 'utf8').matchAll(quotation), ([, , file]) => file!);
    expect(quoted.sort()).toEqual(files.sort());
  });
});
