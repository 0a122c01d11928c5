import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finish, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { watch } from '../../src/commands/watch.ts';

describe('watching a store', () => {
  it('prints the address of its page, and ends in order when it is interrupted', async () => {
    const store = temporaryStore();
    await finish(store, seeded(0));
    const printed: string[] = [];
    const interruption = new AbortController();
    const print = (line: string): void => void printed.push(line);
    const options = { runs: store.folder, port: 0, terminal: false };
    const watching = watch(options, { print, signal: interruption.signal });
    await expect.poll(() => printed.join('\n')).toContain('http://127.0.0.1:');
    const address = /http:\S+/.exec(printed.join('\n'))![0];
    expect((await fetch(address)).status).toBe(200);
    interruption.abort();
    expect(await watching).toBe(0);
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  });

  it('refuses a folder that is no store', async () => {
    const { folder } = temporaryStore();
    mkdirSync(folder);
    writeFileSync(join(folder, 'letter.txt'), '');
    const context = { print: (): void => undefined, signal: new AbortController().signal };
    await expect(watch({ runs: folder, port: 0, terminal: false }, context)).rejects.toThrow(
      'not a run store',
    );
  });
});
