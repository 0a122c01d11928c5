import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { count } from '../artifacts/counter.ts';
import { meanColour } from '../images/meanColour.ts';
import { fewSeeds } from '../metrics/fewSeeds.ts';

describe('the example of', () => {
  it('metrics says what few runs show, and refuses what they cannot', () => {
    const ours = [47.9, 50, 52.4, 52.7, 58.6];
    expect(fewSeeds(ours, [60, 61, 62, 63, 64])).toBe('median 52.4; 47.9 to 58.6; p = 0.008');
    expect(fewSeeds(ours.slice(0, 2), [60, 61])).toMatch(/^median 48.95; no interval: .*; no test: .*$/);
  });

  it('images reads the pixels of a file', async () => {
    const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, index) => [200, 100, 0][index % 3]!);
    const png = encode({ width: 40, height: 20, channels: 3, data });
    expect(await meanColour(png, 'orange.png')).toEqual([200, 100, 0]);
  });

  it('artifacts loses no count of several at once, and leaves nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'counter-'));
    const counts = await Promise.all(Array.from({ length: 5 }, () => count(join(folder, 'count'))));
    expect(counts.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(readdirSync(folder)).toEqual(['count']);
  });
});
