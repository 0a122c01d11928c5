import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const { stdout } = execaSync('git', ['ls-files', '*.md'], { cwd: workspaceRoot });

it.each(stdout.split('\n'))('%s links to files that there are', (file) => {
  const text = readFileSync(join(workspaceRoot, file), 'utf8');
  const links = [...text.matchAll(/\]\((?![a-z]+:)([^)#\s]+)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => !existsSync(join(workspaceRoot, dirname(file), link)));
  expect(broken).toEqual([]);
});
