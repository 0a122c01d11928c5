import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readRunFile } from '../../src/store/readFile.ts';

/** What another process does just before this one opens a file. */
let before: (() => void) | undefined;
vi.mock('@bit-repro/artifacts', async (original) => {
  const artifacts = await original<typeof import('@bit-repro/artifacts')>();
  const readRegularFile: typeof artifacts.readRegularFile = async (file, mostBytes) => {
    const reading = artifacts.readRegularFile(file, mostBytes);
    await reading.catch(() => undefined);
    before?.();
    before = undefined;
    return reading;
  };
  return { ...artifacts, readRegularFile };
});

let folder: string;
beforeEach(() => {
  before = undefined;
  folder = mkdtempSync(join(tmpdir(), 'read-'));
});

describe('a file of a run', () => {
  it('is read if it appears while it is looked for', async () => {
    before = () => {
      writeFileSync(join(folder, 'x'), 'there');
    };
    expect((await readRunFile(folder, 'x')).toString()).toBe('there');
  });

  it('is damaged if it is missing', async () => {
    await expect(readRunFile(folder, 'x')).rejects.toMatchObject({
      kind: 'damaged',
      message: 'x is missing',
    });
  });

  it('is unreadable if it is a dangling link', async () => {
    symlinkSync('nowhere', join(folder, 'x'));
    await expect(readRunFile(folder, 'x')).rejects.toMatchObject({ kind: 'unreadable' });
  });
});
