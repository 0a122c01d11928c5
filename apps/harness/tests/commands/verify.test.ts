import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, ExplainedError } from '@bit-repro/artifacts';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeArchive } from '@bit-repro/archive';
import { verify } from '../../src/commands/verify.ts';
import { reportFiles, verifyReport } from '@bit-repro/report';
import { runFiles, writeResult } from '@bit-repro/runs';
import { storeReport, type StoredReport } from '@bit-repro/report/testing';

let original: StoredReport;
let ids: string[];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-verify-'));
  original = await storeReport(folder);
  ids = original.ids;
  return () => rm(folder, { recursive: true });
});

/** A copy of runs and report, to tamper with. */
async function copyOf(): Promise<StoredReport> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-tampered-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(original.runs, '..'), folder, { recursive: true });
  return { runs: join(folder, 'runs'), report: join(folder, 'reports/fig6', reportFiles.html), ids };
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(file, after);
}

describe('verify', () => {
  it('accepts an unaltered report, to the byte', async () => {
    const found = await verifyReport(original.report, original.runs);
    expect(found).toMatchObject({ runs: 10, unchecked: '' });
    expect(found.numbers).toBeGreaterThan(100);
    expect(found.files.sort()).toEqual((await readdir(join(original.report, '..'))).sort());
  });

  it('names a missing run', async () => {
    const { runs, report } = await copyOf();
    await rm(join(runs, ids[3]!), { recursive: true });
    await expect(verifyReport(report, runs)).rejects.toThrow(ids[3]);
  });

  it('detects a changed number in the page', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) => html.replace('>54.07</data>', '>56.07</data>'));
    await expect(verifyReport(report, runs)).rejects.toThrow(/show 54\.07 as number \d+, found "56\.07"/);
  });

  it('detects a number changed in both page and evidence', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) => html.replaceAll('54.07', '56.07'));
    await expect(verifyReport(report, runs)).rejects.toThrow(ExplainedError);
  });

  it.each([
    ['a word of the page', reportFiles.html, 'What was run', 'What we ran'],
    ['the published numbers within the page', reportFiles.html, '±0.3', '±0.4'],
    ['the Markdown', reportFiles.markdown, '54.07', '64.07'],
    ['a dot of the figure', reportFiles.figure.svg, 'translate(', 'translate( '],
    ['the data', reportFiles.data, '"top1": 48.2', '"top1": 49.2'],
  ])('detects that %s was altered', async (_, name, before, after) => {
    const { runs, report } = await copyOf();
    await edit(join(report, '..', name), (text) => text.replace(before, after));
    await expect(verifyReport(report, runs)).rejects.toThrow(ExplainedError);
  });

  it('detects a number that cannot be recomputed', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) => html.replace(/("reducer":"median","of":\{"runs":\[)[^\]]*/, '$1'));
    await expect(verifyReport(report, runs)).rejects.toMatchObject({
      message: expect.stringMatching(/median of .*found none: Expected at least one value/) as string,
      exitCode: exitCodes.failed,
    });
  });

  it('detects published numbers other than those compared with', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) =>
      html.replace(/("target":\{"name":"figure6","sha256":")[0-9a-f]{4}/, '$10000'),
    );
    await expect(verifyReport(report, runs)).rejects.toThrow(/configs\/targets\/figure6\.yaml/);
  });

  it('detects any altered byte of a run’s files', async () => {
    const { runs, report } = await copyOf();
    const names = [runFiles.result, runFiles.spec, runFiles.timing, runFiles.provenance, runFiles.events];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ids),
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (id, name, place, change) => {
          const file = join(runs, id, name);
          const before = await readFile(file);
          const altered = Buffer.from(before);
          altered[place % altered.length]! ^= change;
          await writeFile(file, altered);
          await expect(verifyReport(report, runs)).rejects.toThrow(ExplainedError);
          await writeFile(file, before);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('detects a result altered together with its events, its checksum and its seal', async () => {
    const { runs, report } = await copyOf();
    const folder = join(runs, ids[0]!);
    const result = JSON.parse(await readFile(join(folder, runFiles.result), 'utf8')) as Parameters<
      typeof writeResult
    >[1];
    const { resultSha256: _, ...timing } = JSON.parse(
      await readFile(join(folder, runFiles.timing), 'utf8'),
    ) as Parameters<typeof writeResult>[2] & { resultSha256: string };
    const final = { ...result.final, top1: 0.6 };
    await edit(join(folder, runFiles.events), (text) => text.replace(/"top1":[^,]*/, '"top1":0.6'));
    await writeResult(folder, { ...result, final, evaluations: [final] }, timing);
    await expect(verifyReport(report, runs)).rejects.toThrow(/result\.json of the run/);
  });

  it('can read the runs from an exported archive', async () => {
    const { report } = await copyOf();
    const archive = join(report, '..', '..', 'runs.zip');
    await writeArchive(archive, { runs: ids.map((id) => join(original.runs, id)), reports: [] });
    const lines: string[] = [];
    const context = { print: (line: string) => void lines.push(line), signal: new AbortController().signal };
    expect(await verify(report, { runs: '/nowhere', archive }, context)).toBe(0);
    expect(lines.at(-1)).toBe('verified');
  });

  it('refuses a page that is not a report', async () => {
    const { runs, report } = await copyOf();
    await writeFile(report, '<!doctype html><p>nothing</p>');
    await expect(verifyReport(report, runs)).rejects.toThrow(/found none in the page/);
  });
});
