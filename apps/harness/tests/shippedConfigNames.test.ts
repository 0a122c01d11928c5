import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { expect, it, vi } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { runByName, shippedConfigs, typedConfig } from '../src/shippedConfigs.ts';

it('experiments that come with the program are found by name, except where a file has that name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  writeFileSync(join(folder, 'smoke'), '');
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
  try {
    expect([...shippedConfigs().keys()]).toContain('fig6');
    expect(typedConfig(join(folder, 'smoke'))).toBe(join(folder, 'smoke'));
    expect(typedConfig('no-such')).toBe('no-such');
    expect(join(folder, typedConfig('fig6'))).toBe(join(workspaceRoot, 'configs/fig6.yaml'));
  } finally {
    cwd.mockRestore();
  }
});

it.each<[string, string]>([
  ['fig6', 'run fig6'],
  ['--debug fig6 --force', 'run --debug fig6 --force'],
  ['run fig6', 'run fig6'],
  ['ls', 'ls'],
  ['help run', 'help run'],
  ['--help', '--help'],
  ['no-such', 'no-such'],
  ['', ''],
])('`%s` means `%s`', (typed, meant) => {
  const program = new Command();
  program.command('run');
  program.command('ls');
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  expect(runByName(words(typed), program)).toEqual(words(meant));
});
