import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { Memo } from '../../src/surveyed/memo.ts';
import { temporaryFolder } from '../temporary.ts';

let cache: string;
beforeEach(() => {
  cache = temporaryFolder();
  vi.stubEnv('BIT_REPRO_CACHE', cache);
  return () => {
    vi.unstubAllEnvs();
  };
});

const filesOf = (): string[] =>
  readdirSync(join(cache, 'folders')).map((name) => join(cache, 'folders', name));
const linesIn = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;

it('what was saved is known the next time, for the same folder and topic', async () => {
  const memo = await Memo.of('/photos', 'digests');
  memo.set('a', 'before');
  await memo.save();
  memo.set('a', 'after');
  memo.set('b', 'other');
  await memo.save();
  const again = await Memo.of('/photos', 'digests');
  expect(['a', 'b', 'c'].map((key) => again.get(key))).toEqual(['after', 'other', undefined]);
  expect((await Memo.of('/others', 'digests')).get('a')).toBeUndefined();
  expect((await Memo.of('/photos', 'decoded')).get('a')).toBeUndefined();
});

it('much is saved without being asked for at the end', async () => {
  const memo = await Memo.of('/photos', 'decoded');
  for (let index = 0; index < 4999; index += 1) memo.set(`${index}`, '');
  await memo.saveNowAndThen();
  expect((await Memo.of('/photos', 'decoded')).get('7')).toBeUndefined();
  memo.set('4999', '');
  await memo.saveNowAndThen();
  expect((await Memo.of('/photos', 'decoded')).get('7')).toBe('');
});

it('a line that was cut off is left out', async () => {
  const memo = await Memo.of('/photos', 'digests');
  memo.set('a', 'one');
  await memo.save();
  appendFileSync(filesOf()[0]!, '["b","tw');
  const again = await Memo.of('/photos', 'digests');
  expect(['a', 'b'].map((key) => again.get(key))).toEqual(['one', undefined]);
});

it('lines that are of no use any more are dropped once they are more than half', async () => {
  const memo = await Memo.of('/photos', 'digests');
  for (const key of ['a', 'b', 'c', 'd', 'e']) memo.set(key, key);
  await memo.saveOnly(['a', 'b', 'c']);
  const [file] = filesOf();
  expect(linesIn(file!)).toBe(5);
  await memo.saveOnly(['a', 'b']);
  expect(linesIn(file!)).toBe(2);
  expect((await Memo.of('/photos', 'digests')).get('b')).toBe('b');
});
