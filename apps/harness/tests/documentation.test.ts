import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { loadExperiment } from '@bit-repro/experiment';
import { temporaryFile } from '@bit-repro/experiment/testing';
import { problemsOf } from './markdown.ts';

const { stdout } = execaSync('git', ['ls-files', '*.md'], { cwd: workspaceRoot });

it.each(stdout.split('\n'))('%s has even tables, and links to files and headings that exist', (file) => {
  expect(problemsOf(readFileSync(join(workspaceRoot, file), 'utf8'), file)).toEqual([]);
});

it('the experiment in README.md is valid, and a factorial of two settings', async () => {
  const [, text] = /^```yaml\n([^]*?)^```/m.exec(readFileSync(join(workspaceRoot, 'README.md'), 'utf8'))!;
  const { name, profiles } = await loadExperiment(await temporaryFile(text!));
  expect({ name, arms: profiles[0]!.arms.length, profile: profiles[0]!.name }).toEqual({
    name: 'my',
    arms: 6,
    profile: 'default',
  });
});

describe('the check of Markdown', () => {
  it.each([
    ['a row with a cell too many', '| a | b |\n| - | - |\n| 1 | 2 | 3 |', '3: a row of 3 cells'],
    ['a row with a bar inside code', '| a | b |\n| - | - |\n| `x|y` | 2 |', '3: a row of 3 cells'],
    ['a row with a cell too few', '| a | b |\n| - | - |\n| 1 |', '3: a row of 1 cells'],
    [
      'a table whose lines do not fit',
      '| a | b |\n| - |\n| 1 | 2 |',
      '1: a table that is read as a paragraph',
    ],
    ['a link to no file', 'See\n[this](docs/none.md).', '2: a link to docs/none.md, where'],
    ['an image of no file', '![this](none.png)', '1: a link to none.png, where'],
    ['a link to no heading', '[this](LICENSE) [that](README.md#none)', '1: a link to README.md#none, which'],
    ['a link to no heading of its own page', '[this](#none)', '1: a link to #none, which'],
    [
      'a badge of no workflow',
      '![CI](../../actions/workflows/none.yml/badge.svg)',
      '1: a link to ../../actions',
    ],
    ['a definition to no file', '[this][]\n\n[this]: none.ts', '3: a link to none.ts, where'],
    ['a reference to no definition', '[this][that]', '1: [this][that] without a definition'],
  ])('finds %s', (_, text, problem) => {
    expect(problemsOf(text, 'README.md')).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['a badge of a workflow', '![CI](../../actions/workflows/ci.yml/badge.svg)'],
    ['a bar that is escaped', '| a | b |\n| - | - |\n| `x\\|y` | 2 |'],
    [
      'a link to a heading, and to another site',
      '[a](README.md#two-commands) [b](https://example.org/none#x)',
    ],
  ])('accepts %s', (_, text) => {
    expect(problemsOf(text, 'README.md')).toEqual([]);
  });
});
