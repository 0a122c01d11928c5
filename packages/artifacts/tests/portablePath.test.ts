import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { localPath, placesHere, portablePath, withoutPlaces, type Places } from '../src/portablePath.ts';

const places: Places = { workspace: '/home/ada/work/repo', homes: ['/home/ada', '/root'] };

it.each([
  ['in the workspace', '/home/ada/work/repo/w/a.npz', 'w/a.npz'],
  ['in the home folder', '/home/ada/w.npz', '~/w.npz'],
  ['outside the workspace', '/home/ada/work/repo2/w.npz', '~/work/repo2/w.npz'],
  ['in a folder of the workspace named ~', '/home/ada/work/repo/~/w.npz', './~/w.npz'],
  ['elsewhere', '/data/w.npz', '/data/w.npz'],
  ['of another user', '/home/adam/w.npz', '/home/adam/w.npz'],
])('a path %s is found again as it was written', (_where, path, written) => {
  expect(portablePath(path, places)).toBe(written);
  expect(localPath(written, places)).toBe(path);
});

it('a path is found in another candidate for the home folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'homes-'));
  writeFileSync(join(folder, 'w.npz'), '');
  expect(localPath('~/w.npz', { workspace: '/w', homes: ['/nowhere', folder] })).toBe(join(folder, 'w.npz'));
});

it('the home folder is recognised by its name and by the target of its link', () => {
  const folder = mkdtempSync(join(tmpdir(), 'homes-'));
  mkdirSync(join(folder, 'real'));
  symlinkSync(join(folder, 'real'), join(folder, 'ada'));
  vi.stubEnv('HOME', join(folder, 'ada'));
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(placesHere().homes.slice(0, 2)).toEqual([join(folder, 'ada'), join(folder, 'real')]);
});

it('the root of the file system does not count as the home folder', () => {
  vi.stubEnv('HOME', '/');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(placesHere().homes).not.toContain('/');
});

it.each([
  ['a path in the workspace', 'at /home/ada/work/repo/a.ts:3', 'at ./a.ts:3'],
  ['a file URL', 'file:///home/ada/x', 'file://~/x'],
  ['a path through the home folder from elsewhere', '/mnt/home/ada/x', '/mnt~/x'],
  ['the home folder at the end of a sentence', 'in /home/ada.', 'in ~.'],
  ['the home of root', '/root/x and /root.', '~/x and ~.'],
  ['a folder named root', 'src/root/x', 'src/root/x'],
  ['a folder whose name starts the same', '/rooted /home/adam', '/rooted /home/adam'],
])('%s is shortened or left alone as intended', (_what, text, short) => {
  expect(withoutPlaces(text, places)).toBe(short);
});

it('no path of the home folder or the workspace remains in any text', () => {
  const part = fc.constantFrom('/home/ada', '/work/repo', '/', 'x', '~', '.', ':', ' ', 'home');
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const short = withoutPlaces(parts.join(''), places);
      expect(short).not.toMatch(/\/home\/ada(?![\w-])/);
      expect(withoutPlaces(short, places)).toBe(short);
    }),
  );
});
