import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const guides = [
  'docs/extending.md',
  ...['artifacts', 'engine', 'images', 'metrics'].map((name) => `packages/${name}/README.md`),
];
const read = (file: string): string => readFileSync(join(workspaceRoot, file), 'utf8');
/** A block of code under a comment with the name of its file. */
const quotation = /(^<!-- (examples\/\S+) -->\n\n```\w+\n)[^]*?^(?=```$)/gm;

describe('the guides', () => {
  it.each(guides)(
    'quote the examples as they are (`npx vitest run --update` brings them up to date): %s',
    async (guide) => {
      const text = read(guide);
      const quoted = text.replace(quotation, (_, head: string, file: string) => head + read(file));
      await expect(quoted).toMatchFileSnapshot(join(workspaceRoot, guide));
    },
  );

  it('quote every file of the examples', () => {
    const { stdout } = execaSync('git', ['ls-files', 'examples'], { cwd: workspaceRoot });
    const files = stdout.split('\n').filter((file) => /^examples\/(?!tests|testing)\w+\//.test(file));
    const quoted = guides.flatMap((guide) =>
      Array.from(read(guide).matchAll(quotation), ([, , file]) => file!),
    );
    expect(quoted.sort()).toEqual(files.sort());
  });
});
