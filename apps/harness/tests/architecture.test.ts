import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const page = readFileSync(join(workspaceRoot, 'docs/architecture.md'), 'utf8');

/** What each layer may import, as the page's table has it. */
const below = new Map(
  Array.from(page.matchAll(/^\| \[([\w-]+)\]\(\S+\) +\| ([^|]+) \|/gm), ([, layer, cell]) => [
    layer!,
    cell!.trim() === '–' ? [] : cell!.trim().split(', '),
  ]),
);
const reached = (layer: string): string[] => below.get(layer)!.flatMap((other) => [other, ...reached(other)]);

interface Constraint {
  sourceTag: string;
  onlyDependOnLibsWithTags: string[];
}

/** What lint enforces. Its plugins would stay in this process. */
async function constraints(): Promise<Constraint[]> {
  const script = `
    const { default: configs } = await import('./eslint.config.mjs');
    const rules = configs.flatMap((config) => config.rules?.['@nx/enforce-module-boundaries']?.[1] ?? []);
    console.log(JSON.stringify(rules[0].depConstraints));`;
  const line = ['--input-type=module', '--eval', script];
  const { stdout } = await execa(process.execPath, line, { cwd: workspaceRoot });
  return JSON.parse(stdout) as Constraint[];
}

describe('the page on the architecture', () => {
  it('has the layers that lint enforces', async () => {
    const enforced = (await constraints()).map(({ sourceTag, onlyDependOnLibsWithTags: tags }) => [
      sourceTag.replace('layer:', ''),
      tags.map((tag) => tag.replace('layer:', '')).sort(),
    ]);
    const written = [...below.keys()].map((layer) => [layer, [...new Set(reached(layer))].sort()]);
    expect(written.sort()).toEqual(enforced.sort());
  });

  it('has a section for every package and app', () => {
    const folders = ['packages', 'apps'].flatMap((part) => readdirSync(join(workspaceRoot, part)));
    const sections = Array.from(page.matchAll(/^### (\S+)$/gm), ([, name]) => name);
    expect(sections.sort()).toEqual(folders.sort());
  });
});
