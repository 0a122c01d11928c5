import { appendFileSync, mkdtempSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LineTail } from '../src/lineTail.ts';

let file: string;
let tail: LineTail;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'line-tail-')), 'lines');
  tail = new LineTail(file);
});

describe('the lines that are added to a file', () => {
  it('are read once each, and one that is being written only when it is complete', async () => {
    writeFileSync(file, 'one\ntw');
    expect(await tail.read()).toEqual({ isAnother: false, lines: ['one'] });
    expect(await tail.read()).toEqual({ isAnother: false, lines: [] });
    appendFileSync(file, 'o\nthree\n');
    expect(await tail.read()).toEqual({ isAnother: false, lines: ['two', 'three'] });
  });

  it('are all read, however they are written in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n') })),
        async (pieces) => {
          writeFileSync(file, '');
          const tailed = new LineTail(file);
          const lines: string[] = [];
          for (const piece of [...pieces, '\n']) {
            appendFileSync(file, piece);
            lines.push(...(await tailed.read()).lines);
          }
          expect(lines).toEqual(pieces.join('').split('\n'));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    [
      'was replaced',
      (): void => {
        writeFileSync(`${file}.new`, 'new\nlines\n');
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'was cut short',
      (): void => {
        truncateSync(file);
        appendFileSync(file, 'new\n');
      },
    ],
  ])('begin again when the file %s', async (_, change) => {
    writeFileSync(file, 'one\ntwo\nthree\n');
    await tail.read();
    change();
    const { isAnother, lines } = await tail.read();
    expect([isAnother, lines[0]]).toEqual([true, 'new']);
  });

  it('are none of a missing file or a folder', async () => {
    expect(await tail.read()).toEqual({ isAnother: false, lines: [] });
    mkdirSync(file);
    expect(await tail.read()).toEqual({ isAnother: false, lines: [] });
  });

  it('go on after one that is too long for any that this program writes', async () => {
    writeFileSync(file, 'x'.repeat(3 << 20));
    await tail.read();
    appendFileSync(file, '\nnext\n');
    expect((await tail.read()).lines.at(-1)).toBe('next');
  });
});
