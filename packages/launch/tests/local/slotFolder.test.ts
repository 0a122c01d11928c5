import { chmodSync, mkdirSync, mkdtempSync, statSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { slotFolder } from '../../src/local/slotFolder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slots-'));
});
const refusal = { remedy: expect.stringContaining('XDG_RUNTIME_DIR') as string };

it("the slot folder is in the user's runtime folder, for the user alone", async () => {
  const folder = await slotFolder({ XDG_RUNTIME_DIR: root });
  expect(folder).toBe(join(root, 'bit-repro-slots'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('the slot folder is in the cache if there is no runtime folder, separate per machine', async () => {
  const folder = await slotFolder({ BIT_REPRO_CACHE: root });
  expect(folder).toBe(join(root, `slots-${hostname()}`));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('the slot folder is refused if others can write to it', async () => {
  mkdirSync(join(root, 'bit-repro-slots'));
  chmodSync(join(root, 'bit-repro-slots'), 0o777);
  await expect(slotFolder({ XDG_RUNTIME_DIR: root })).rejects.toMatchObject(refusal);
});

it("the slot folder is refused if it is a link, which may lead to another user's folder", async () => {
  symlinkSync(mkdtempSync(join(root, 'other-')), join(root, 'bit-repro-slots'));
  await expect(slotFolder({ XDG_RUNTIME_DIR: root })).rejects.toMatchObject(refusal);
});
