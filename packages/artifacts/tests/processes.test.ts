import { once } from 'node:events';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { correct, content, half, serve, stallHalfway, useFileServer } from './fileServer.ts';
import { eventsOf, startTask } from './task.ts';
import { temporaryFolder } from './temporary.ts';

const server = useFileServer();

describe('processes that download the same file', () => {
  const task = (): unknown => ({ download: { url: server.url, file: server.file, expected: correct } });

  it('share one download', async () => {
    server.answer(serve());
    const results = await Promise.all([1, 2, 3].map(() => eventsOf(startTask(task()))));
    expect(results.map((events) => events.at(-1)?.sha256)).toEqual(new Array(3).fill(correct.sha256));
    expect(server.requests).toHaveLength(1);
  });

  it('resume after one was killed', async () => {
    server.answer(stallHalfway(), serve());
    const child = startTask(task());
    for await (const line of createInterface({ input: child.stdout! })) {
      if ((JSON.parse(line) as { done: number }).done === half) child.kill('SIGKILL');
    }
    expect(readdirSync(dirname(server.file))).toContain('file.bin.lock');
    await server.download({ expected: correct });
    expect(server.requests[1]?.headers.range).toBe(`bytes=${half}-`);
    expect(readFileSync(server.file).equals(content)).toBe(true);
  });
});

/** A limit on file sizes truncates a write like a full disk, without a disk to fill. */
describe('a disk that accepts only part of a file', () => {
  const full = (kibibytes: number): string => `ulimit -f ${kibibytes};`;

  it('keeps the old file complete if a new one does not fit', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'result.json');
    writeFileSync(file, 'old');
    const child = startTask({ write: { file, bytes: 3_000_000 } }, full(1000));
    expect(await eventsOf(child)).toMatchObject([
      { name: 'OutsideError', remedy: expect.stringContaining('BIT_REPRO_CACHE') as string },
    ]);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['result.json']);
  });

  it('ends a download with a remedy, and what has arrived is used later', async () => {
    server.answer(serve());
    const child = startTask({ download: { url: server.url, file: server.file } }, full(100));
    expect((await eventsOf(child)).at(-1)).toMatchObject({
      name: 'OutsideError',
      remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
    });
    expect(statSync(`${server.file}.partial`).size).toBe(102_400);
    await server.download({ expected: correct });
    expect(server.requests[1]?.headers.range).toBe('bytes=102400-');
  });
});

it('a lock is released if its owner is ended by a signal', async () => {
  server.answer(stallHalfway());
  const child = startTask({ download: { url: server.url, file: server.file } });
  await once(child.stdout!, 'data');
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(readdirSync(dirname(server.file))).not.toContain('file.bin.lock');
});
