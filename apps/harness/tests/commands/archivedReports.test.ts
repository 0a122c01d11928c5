import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importArchive, type Imported, writeArchive } from '@bit-repro/archive';
import { importCommand } from '../../src/commands/archive.ts';
import { reportFiles, writeReportIndex } from '@bit-repro/report';
import type { RunStore } from '@bit-repro/runs';
import { nearChance, storeReport, type StoredReport, verifyMadeUp } from '@bit-repro/report/testing';
import { temporaryStore } from '@bit-repro/runs/testing';

let original: StoredReport;
let others: StoredReport;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-archive-'));
  original = await storeReport(join(folder, 'original'));
  others = await storeReport(join(folder, 'others'), nearChance);
  return () => rm(folder, { recursive: true });
});

let store: RunStore;
let reports: string;
let archive: string;
/** A copy of the original report, to tamper with before it is archived. */
let sent: string;
beforeEach(async () => {
  store = temporaryStore();
  reports = join(store.folder, '../reports');
  archive = join(store.folder, '../fig6.zip');
  sent = join(store.folder, '../sent/fig6');
  await cp(dirname(original.report), sent, { recursive: true });
});

const runsOf = ({ runs, ids }: StoredReport): string[] => ids.map((id) => join(runs, id));
const filesOf = (folder: string): string[] => readdirSync(folder).sort();

async function sendAndImport({ withRuns = true } = {}): Promise<Imported> {
  await writeArchive(archive, { runs: withRuns ? runsOf(original) : [], reports: [sent] });
  const outcome = await importArchive(archive, store, reports);
  return outcome.reports[0]!;
}

function edit(name: string, change: (text: string) => string): void {
  const before = readFileSync(join(sent, name), 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(sent, name), after);
}

function expectOriginal(): void {
  expect(filesOf(join(reports, 'fig6'))).toEqual(filesOf(dirname(original.report)));
  for (const name of filesOf(join(reports, 'fig6'))) {
    const found = readFileSync(join(reports, 'fig6', name));
    expect([name, found.equals(readFileSync(join(dirname(original.report), name)))]).toEqual([name, true]);
  }
}

describe('a report in an archive', () => {
  it('is the same on another machine, and can be verified there', async () => {
    expect(await sendAndImport()).toEqual({ name: 'fig6', outcome: 'imported' });
    expectOriginal();
    const found = await verifyMadeUp({ report: join(reports, 'fig6', reportFiles.html), runs: store.folder });
    expect(found.notCompared).toEqual([]);
    expect(readdirSync(reports)).toEqual(['fig6']);
  });

  it('can be of runs that the store already has', async () => {
    await cp(original.runs, store.folder, { recursive: true });
    expect(await sendAndImport({ withRuns: false })).toEqual({ name: 'fig6', outcome: 'imported' });
    expectOriginal();
  });

  it('is rebuilt from the runs in the archive if the store keeps others', async () => {
    await cp(others.runs, store.folder, { recursive: true });
    expect(await sendAndImport()).toEqual({ name: 'fig6', outcome: 'imported' });
    expectOriginal();
  });

  it.each([
    ['a script in its page', reportFiles.html, (text: string) => `${text}<script>alert(1)</script>`],
    [
      'a script in its figure',
      reportFiles.figure.svg,
      (text: string) => text.replace('</svg>', '<script/></svg>'),
    ],
    ['altered Markdown', reportFiles.markdown, (text: string) => text.replaceAll('54.07', '99.99')],
    ['altered data', reportFiles.data, () => '{}'],
    ['an altered picture', reportFiles.figure.png, () => 'no picture'],
  ])('is imported without %s, with a remark', async (_what, name, change) => {
    edit(name, change);
    expect(await sendAndImport()).toEqual({
      name: 'fig6',
      outcome: 'imported',
      remark: `${name} in the archive did not match its runs and was rebuilt`,
    });
    expectOriginal();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'was made by other code',
      () => {
        edit(reportFiles.html, (html) => html.replace(/"generator":"[0-9a-f]{4}/, '"generator":"0000'));
      },
      /^it was made by a different version of the code; /,
    ],
    [
      'shows numbers that its runs do not give',
      () => {
        edit(reportFiles.html, (html) => html.replaceAll('54.07', '99.99'));
      },
      /^it cannot be rebuilt from its runs: Expected .* found/,
    ],
    [
      'contains no evidence',
      () => {
        edit(reportFiles.html, () => '<!doctype html><script>alert(1)</script>');
      },
      /found none in the page/,
    ],
    [
      'contains invalid evidence',
      () => {
        edit(reportFiles.html, (html) => html.replace('"planned":[{', '"planned":[7,{'));
      },
      /a request as this version writes it/,
    ],
    [
      'names a run outside the store',
      () => {
        edit(reportFiles.html, (html) => html.replace('"runs":[{"id":"', '"runs":[{"id":"../'));
      },
      /runs\.0\.id/,
    ],
    [
      'has another name',
      () => {
        renameSync(sent, (sent = join(sent, '../smoke')));
      },
      /^it is the report of "fig6"/,
    ],
    [
      'has no page',
      () => {
        rmSync(join(sent, reportFiles.html));
      },
      /ENOENT/,
    ],
  ])('is left out if it %s', async (_what, change, remark) => {
    change();
    const report = await sendAndImport();
    expect(report).toMatchObject({ outcome: 'not imported' });
    expect(report.remark).toMatch(remark);
    expect(readdirSync(reports)).toEqual([]);
    expect((await store.ids()).length).toBe(original.ids.length);
  });

  it('is left out if its runs are neither in the archive nor in the store', async () => {
    expect(await sendAndImport({ withRuns: false })).toMatchObject({
      outcome: 'not imported',
      remark: expect.stringContaining(`Expected the run ${original.ids[0]!}`) as string,
    });
  });
});

describe('an existing report', () => {
  it('is unchanged', async () => {
    await sendAndImport();
    expect(await sendAndImport()).toEqual({ name: 'fig6', outcome: 'already present' });
  });

  it('is kept if it has other numbers', async () => {
    await cp(dirname(others.report), join(reports, 'fig6'), { recursive: true });
    const before = readFileSync(join(reports, 'fig6', reportFiles.data));
    expect(await sendAndImport()).toMatchObject({
      outcome: 'kept',
      remark: expect.stringContaining(reportFiles.data) as string,
    });
    expect(readFileSync(join(reports, 'fig6', reportFiles.data)).equals(before)).toBe(true);
  });

  it.each([reportFiles.data, reportFiles.html, reportFiles.figure.png])(
    'does not count as equal if its %s is truncated',
    async (name) => {
      await cp(dirname(original.report), join(reports, 'fig6'), { recursive: true });
      writeFileSync(join(reports, 'fig6', name), '');
      expect(await sendAndImport()).toEqual({
        name: 'fig6',
        outcome: 'kept',
        remark: `it differs in ${name}`,
      });
    },
  );

  it('does not count as equal if it is empty', async () => {
    mkdirSync(join(reports, 'fig6'), { recursive: true });
    expect(await sendAndImport()).toMatchObject({ outcome: 'kept' });
  });

  it('is not imported under its temporary name', async () => {
    await cp(dirname(original.report), join(reports, '.fig6.staging-1'), { recursive: true });
    await writeReportIndex(reports);
    expect(readFileSync(join(reports, 'README.md'), 'utf8')).not.toContain('staging');
  });
});

it('is reported, and leaving one out makes the import fail', async () => {
  const lines: string[] = [];
  const context = { print: (line: string) => void lines.push(line), signal: new AbortController().signal };
  edit(reportFiles.html, (html) => html.replace(/"generator":"[0-9a-f]{4}/, '"generator":"0000'));
  await writeArchive(archive, { runs: runsOf(original), reports: [sent] });
  expect(await importCommand(archive, { runs: store.folder, reports }, context)).toBe(1);
  expect(lines).toEqual([
    '10 runs: 10 imported, 0 already present, 0 kept',
    '1 report: 0 imported, 0 already present, 0 kept, 1 not imported',
    expect.stringMatching(
      /^reports\/fig6 was not imported: it was made by a different version of the code; /,
    ),
  ]);
});
