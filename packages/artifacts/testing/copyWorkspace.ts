import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { workspaceRoot } from '../src/workspace.ts';

const leftOut = ['node_modules', 'out-tsc', 'tests', 'test-results'];

/** Copies parts of this workspace, without tests and what was installed or built, into a temporary folder. */
export function copyWorkspace(...parts: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  const filter = (path: string): boolean => !leftOut.includes(basename(path));
  for (const part of ['packages', 'apps', 'package-lock.json', ...parts])
    cpSync(join(workspaceRoot, part), join(folder, part), { recursive: true, filter });
  return folder;
}

/** Makes the packages of a copy import each other rather than those of this workspace. */
export function linkPackages(folder: string): void {
  const own = join(folder, 'node_modules/@bit-repro');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(join(folder, 'packages')))
    symlinkSync(join(folder, 'packages', name), join(own, name));
}

/** Makes the packages of a copy find those of npm that this workspace has, so that its programs run. */
export function linkModules(folder: string): void {
  linkPackages(folder);
  const link = (place: string): void => {
    symlinkSync(join(workspaceRoot, place), join(folder, place));
  };
  for (const name of readdirSync(join(workspaceRoot, 'node_modules')))
    if (name !== '@bit-repro') link(join('node_modules', name));
  for (const name of readdirSync(join(workspaceRoot, 'packages')))
    link(join('packages', name, 'node_modules'));
}
