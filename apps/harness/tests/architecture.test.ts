import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

const boundaries = '@nx/enforce-module-boundaries';
type Configs = { rules?: Record<string, [string, { depConstraints: Constraint[] }]> }[];
interface Constraint {
  sourceTag: string;
  onlyDependOnLibsWithTags: string[];
}

describe('the page on the architecture', () => {
  it('has the layers that lint enforces', async () => {
    const file = join(workspaceRoot, 'eslint.config.mjs');
    const { default: configs } = (await import(file)) as { default: Configs };
    const [, { depConstraints }] = configs.find(({ rules }) => rules?.[boundaries])!.rules![boundaries]!;
    const enforced = depConstraints.map(({ sourceTag, onlyDependOnLibsWithTags: tags }) => [
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
