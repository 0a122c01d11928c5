import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, ExplainedError, InputError, partlyVerified } from '@bit-repro/artifacts';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeArchive } from '@bit-repro/archive';
import { exportCommand } from '../../src/commands/export.ts';
import { conclusion, verify, type VerifyOptions } from '../../src/commands/verify.ts';
import { reportFiles, type Surroundings } from '@bit-repro/report';
import { runFiles, writeResult } from '@bit-repro/runs';
import { madeUpSurroundings, storeReport, type StoredReport, verifyMadeUp } from '@bit-repro/report/testing';

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
    const found = await verifyMadeUp(original);
    expect(found).toMatchObject({ notCompared: [] });
    expect(found.numbers).toBeGreaterThan(100);
    expect(found.files.sort()).toEqual((await readdir(join(original.report, '..'))).sort());
  });

  it('names a missing run', async () => {
    const { runs, report } = await copyOf();
    await rm(join(runs, ids[3]!), { recursive: true });
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(ids[3]);
  });

  it('detects a changed number in the page', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) => html.replace('>54.07</data>', '>56.07</data>'));
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(/show 54\.07 as number \d+, found "56\.07"/);
  });

  it('detects a number changed in both page and evidence', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) => html.replaceAll('54.07', '56.07'));
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(ExplainedError);
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
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(ExplainedError);
  });

  it('detects a number that cannot be recomputed', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) => html.replace(/("reducer":"median","of":\{"runs":\[)[^\]]*/, '$1'));
    await expect(verifyMadeUp({ report, runs })).rejects.toMatchObject({
      message: expect.stringMatching(/median of .*found none: Expected at least one value/) as string,
      exitCode: exitCodes.failed,
    });
  });

  it('detects published numbers other than those compared with', async () => {
    const { runs, report } = await copyOf();
    await edit(report, (html) =>
      html.replace(/("target":\{"name":"figure6","sha256":")[0-9a-f]{4}/, '$10000'),
    );
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(/configs\/targets\/figure6\.yaml/);
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
          await expect(verifyMadeUp({ report, runs })).rejects.toThrow(ExplainedError);
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
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(/result\.json of the run/);
  });

  it('refuses a page that is not a report', async () => {
    const { runs, report } = await copyOf();
    await writeFile(report, '<!doctype html><p>nothing</p>');
    await expect(verifyMadeUp({ report, runs })).rejects.toThrow(/found none in the page/);
  });
});

describe('the command `verify`', () => {
  const { signal } = new AbortController();

  /** The exit code, the last line that was printed, and all of them; lines that were wrapped are whole again. */
  async function outcomeOf(
    { report, runs }: StoredReport,
    options: Partial<VerifyOptions> = {},
    surroundings: Partial<Surroundings> = {},
  ): Promise<{ code: number; last: string | undefined; lines: string[] }> {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line.replaceAll('\n  ', ' '));
    const context = { print, signal };
    const all = { ...madeUpSurroundings, ...surroundings };
    const code = await verify(report, { runs, ...options }, context, all);
    return { code, last: lines.at(-1), lines };
  }

  it('ends with `verified` and 0 if everything was compared', async () => {
    expect(await outcomeOf(original)).toMatchObject({ code: exitCodes.done, last: 'verified' });
  });

  it('can read the runs from an exported archive', async () => {
    const copy = await copyOf();
    const archive = join(copy.report, '..', '..', 'runs.zip');
    await writeArchive(archive, { runs: ids.map((id) => join(original.runs, id)), reports: [] });
    expect(await outcomeOf({ ...copy, runs: '/nowhere' }, { archive })).toMatchObject({ last: 'verified' });
  });

  it('reads runs.zip beside the report if the store lacks one of its runs', async () => {
    const copy = await copyOf();
    const archive = join(copy.report, '..', 'runs.zip');
    await writeArchive(archive, { runs: ids.map((id) => join(original.runs, id)), reports: [] });
    await rm(join(copy.runs, ids[3]!), { recursive: true });
    const { last, lines } = await outcomeOf(copy);
    expect(last).toBe('verified');
    expect(lines[0]).toMatch(/^runs from .*runs\.zip$/);
  });

  it('reads the archive that `export` makes of the report itself', async () => {
    const copy = await copyOf();
    const archive = join(copy.report, '..', 'runs.zip');
    const context = { print: () => undefined, signal };
    const options = { runs: copy.runs, reports: '/nowhere', profile: 'auto', set: [] };
    await exportCommand(archive, [copy.report], options, context);
    expect(await outcomeOf({ ...copy, runs: '/nowhere' })).toMatchObject({ last: 'verified' });
  });

  it('does not read runs.zip if the store has all of the runs', async () => {
    const copy = await copyOf();
    await writeFile(join(copy.report, '..', 'runs.zip'), 'not an archive');
    expect(await outcomeOf(copy)).toMatchObject({ code: exitCodes.done, last: 'verified' });
  });

  it.each([
    [
      'other code made the report, which names its commit',
      (html: string) =>
        html.replace(/("generator":")[0-9a-f]{64}"/, `$1${'0'.repeat(64)}","commit":"${'c'.repeat(40)}"`),
      /^not compared: the words, the figures .* check out commit c{40} and run verify there$/,
    ],
    [
      'other code made the report, of an unknown commit',
      (html: string) => html.replace(/("generator":")[0-9a-f]{4}/, '$10000'),
      /^not compared: .*`git log -- .*report\.html` lists those that changed it\) and run verify there$/,
    ],
    [
      'another machine drew the pictures',
      (html: string) => html.replace(/("platform":")[^"]*/, '$1plan9-mips'),
      /^not compared: the PNG files .*; to compare, run verify on plan9-mips$/,
    ],
  ])('ends with 4 and says how to compare the rest if %s', async (_, change, expected) => {
    const copy = await copyOf();
    await edit(copy.report, change);
    const { code, last, lines } = await outcomeOf(copy);
    expect([code, last]).toEqual([partlyVerified, 'partly verified']);
    expect(lines.filter((line) => line.startsWith('not compared'))).toEqual([
      expect.stringMatching(expected) as string,
    ]);
  });

  describe('of a page that names a commit, and code that is not this', () => {
    const sha = 'c'.repeat(40);
    const ofCommit = async (commit: string | undefined): Promise<Awaited<ReturnType<typeof outcomeOf>>> => {
      const copy = await copyOf();
      await edit(copy.report, (html) =>
        html.replace(/("generator":")[0-9a-f]{64}"/, `$1${'0'.repeat(64)}","commit":"${sha}"`),
      );
      return outcomeOf(copy, {}, { commit: () => Promise.resolve(commit) });
    };

    it('refuses it where that commit is checked out here, and names the page', async () => {
      await expect(ofCommit(sha)).rejects.toMatchObject({
        message: expect.stringMatching(
          /report\.html to be made by the code of commit c{40}, .* found code of SHA-256 0{64}/,
        ) as string,
        remedy: expect.stringContaining('Run `npm ci`') as string,
        exitCode: exitCodes.failed,
      });
    });

    it.each([
      ['another commit', 'd'.repeat(40)],
      ['uncommitted changes', undefined],
    ])('does not compare its words where the checkout here has %s', async (_, commit) => {
      expect(await ofCommit(commit)).toMatchObject({ code: partlyVerified });
    });
  });

  it('ends with 4 if the training images are not on this machine', async () => {
    const absent = (): Promise<never> => Promise.reject(new InputError('no such folder', 'Fetch it.'));
    const { code, lines } = await outcomeOf(original, {}, { labelsOf: absent });
    expect(code).toBe(partlyVerified);
    expect(lines.at(-2)).toMatch(/^not compared: the training images .* `npx harness provision`/);
  });

  it('prints no line of more than 80 columns', async () => {
    const copy = await copyOf();
    await edit(copy.report, (html) => html.replace(/("generator":")[0-9a-f]{4}/, '$10000'));
    for (const report of [original.report, copy.report]) {
      const lines: string[] = [];
      const context = { print: (text: string) => void lines.push(...text.split('\n')), signal };
      await verify(report, { runs: original.runs }, context, madeUpSurroundings);
      expect(lines.length).toBeGreaterThan(4);
      // A path is one word, and stays whole.
      expect(lines.filter((line) => line.length > 80 && !line.includes(report))).toEqual([]);
    }
  });

  it('says that the runs were not carried out again', async () => {
    const { lines } = await outcomeOf(original);
    expect(lines.at(-2)).toBe('the runs were not carried out again; `--rerun K` does so for K of them');
  });
});

describe('the last line of `verify --rerun`', () => {
  const gap = { what: 'the PNG files', how: 'run verify there' };
  it.each([
    ['verified; 1 of 20 runs was carried out again', [], 1],
    ['verified; 3 of 20 runs were carried out again', [], 3],
    ['partly verified; 3 of 20 runs were carried out again', [gap], 3],
  ])('is %j', (expected, notCompared, carriedOut) => {
    expect(conclusion(notCompared, { runs: 20, carriedOut }).at(-1)).toBe(expected);
  });
});
