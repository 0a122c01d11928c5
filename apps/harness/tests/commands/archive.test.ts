import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { beforeEach, describe, expect, it } from 'vitest';
import { importArchive, manifestName, type ArchiveManifest, writeArchive } from '@bit-repro/archive';
import { importCommand } from '../../src/commands/archive.ts';
import { exportCommand } from '../../src/commands/export.ts';
import { runFiles, markerName, runId, readRecord, RunStore, workerLockOf } from '@bit-repro/runs';
import { workspaceRoot } from '@bit-repro/artifacts';
import { begin, eventsOf, finish, hold, seeded, temporaryStore } from '@bit-repro/runs/testing';

let store: RunStore;
let elsewhere: RunStore;
let archive: string;
let reports: string;
beforeEach(() => {
  store = temporaryStore();
  elsewhere = temporaryStore();
  mkdirSync(store.folder, { recursive: true });
  archive = join(store.folder, '../runs.zip');
  reports = join(elsewhere.folder, '../reports');
});

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** Writes a zip file with arbitrary members, as an attacker might. */
async function zipOf(members: Record<string, string>): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(members)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(archive));
  return archive;
}

const manifestOf = (members: Record<string, string>): string => {
  const files: ArchiveManifest['files'] = {};
  for (const [name, content] of Object.entries(members)) {
    files[name] = { bytes: Buffer.byteLength(content), sha256: sha256(content) };
  }
  return JSON.stringify({ version: 1, files });
};

describe('an archive', () => {
  it('transfers finished runs to another machine, byte by byte', async () => {
    const { events, weights, diff } = runFiles;
    const files = { [events]: eventsOf(42), [weights]: weights, [diff]: diff };
    const folder = await finish(store, seeded(1), 42, files);
    await writeArchive(archive, { runs: [folder], reports: [] });
    expect(await importArchive(archive, elsewhere, reports)).toEqual({
      runs: [{ name: runId(seeded(1)), outcome: 'imported' }],
      reports: [],
    });
    const taken = elsewhere.folderOf(seeded(1));
    expect(readdirSync(taken)).toEqual(readdirSync(folder));
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(taken, name)).equals(readFileSync(join(folder, name)))).toBe(true);
    }
    expect(await elsewhere.state(seeded(1))).toMatchObject({ kind: 'done' });
    expect(readdirSync(elsewhere.folder)).toEqual([markerName, '.gitignore', runId(seeded(1))]);
  });

  it('has the same bytes for the same runs', async () => {
    const runs = [await finish(store, seeded(1)), await finish(store, seeded(2))];
    await writeArchive(archive, { runs, reports: [] });
    const first = readFileSync(archive);
    await writeArchive(archive, { runs: runs.reverse(), reports: [] });
    expect(readFileSync(archive).equals(first)).toBe(true);
  });

  it('leaves out tickets and heartbeats', async () => {
    const folder = await finish(store, seeded(1));
    writeFileSync(join(folder, runFiles.heartbeat), '{}');
    writeFileSync(join(folder, '.result.json.half'), '{');
    const { files } = await writeArchive(archive, { runs: [folder], reports: [] });
    expect(Object.keys(files).map((name) => name.split('/').at(-1))).toEqual([
      'provenance.json',
      'result.json',
      'seal.json',
      'spec.json',
      'timing.json',
    ]);
  });

  it('appears complete or not at all', async () => {
    const folder = await finish(store, seeded(1));
    mkdirSync(join(folder, runFiles.log));
    await expect(writeArchive(archive, { runs: [folder], reports: [] })).rejects.toThrow();
    expect(readdirSync(join(store.folder, '..'))).toEqual(['runs']);
  });
});

describe('an export', () => {
  it('overwrites nothing that waits at a temporary path beside the archive', async () => {
    const folder = await finish(store, seeded(1));
    const other = join(store.folder, '../other');
    writeFileSync(other, 'mine');
    symlinkSync(other, `${archive}.partial`);
    await writeArchive(archive, { runs: [folder], reports: [] });
    expect(readFileSync(other, 'utf8')).toBe('mine');
  });

  it('leaves one complete archive when several processes write it at once', async () => {
    const runs = await Promise.all([1, 2, 3].map((seed) => finish(store, seeded(seed))));
    await Promise.all(
      runs.map((_, index) => writeArchive(archive, { runs: runs.slice(0, index + 1), reports: [] })),
    );
    const outcome = await importArchive(archive, elsewhere, reports);
    expect(outcome.runs.every((run) => run.outcome === 'imported')).toBe(true);
    expect(readdirSync(join(store.folder, '..')).sort()).toEqual(['runs', 'runs.zip']);
  });

  it('follows no link out of a run', async () => {
    const folder = await finish(store, seeded(1));
    symlinkSync('/etc/hostname', join(folder, runFiles.log));
    await expect(writeArchive(archive, { runs: [folder], reports: [] })).rejects.toThrow(
      /worker\.log is a link, a folder or a device/,
    );
  });

  it('refuses what an import would refuse', async () => {
    const folder = await finish(store, seeded(1));
    writeFileSync(join(folder, runFiles.log), '');
    truncateSync(join(folder, runFiles.log), 64 * 1024 ** 2 + 1);
    await expect(writeArchive(archive, { runs: [folder], reports: [] })).rejects.toThrow(
      /at most 67108864 bytes in runs\/.*\/worker\.log, found 67108865/,
    );
    expect(existsSync(archive)).toBe(false);
  });
});

describe('an import', () => {
  it('keeps existing runs', async () => {
    const folder = await finish(store, seeded(1), 42);
    await writeArchive(archive, { runs: [folder, await finish(store, seeded(2), 42)], reports: [] });
    await finish(elsewhere, seeded(1), 42);
    await finish(elsewhere, seeded(2), 43);
    const { runs } = await importArchive(archive, elsewhere, reports);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['already present', 'kept']);
    expect((await readRecord(elsewhere.folderOf(seeded(2)))).result.final.top1).toBe(0.43);
  });

  it('replaces unfinished and damaged runs', async () => {
    const runs = await Promise.all([1, 2].map((seed) => finish(store, seeded(seed))));
    await writeArchive(archive, { runs, reports: [] });
    await begin(elsewhere, seeded(1));
    writeFileSync(join(await finish(elsewhere, seeded(2)), runFiles.result), '{}');
    await importArchive(archive, elsewhere, reports);
    for (const seed of [1, 2]) expect(await elsewhere.state(seeded(seed))).toMatchObject({ kind: 'done' });
  });

  it('keeps runs finished by another version of this program', async () => {
    await writeArchive(archive, { runs: [await finish(store, seeded(1), 42)], reports: [] });
    const file = join(await finish(elsewhere, seeded(1), 43), runFiles.spec);
    const newer = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), later: true };
    writeFileSync(file, JSON.stringify(newer));
    const { runs } = await importArchive(archive, elsewhere, reports);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['kept']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(newer);
  });

  it.each([
    ['is below a file', 'file/runs'],
    ['is a file', 'file'],
  ])('explains what to do if the store %s', async (_what, path) => {
    await writeArchive(archive, { runs: [await finish(store, seeded(1))], reports: [] });
    writeFileSync(join(store.folder, '../file'), '');
    const nowhere = new RunStore(join(store.folder, '..', path));
    await expect(importArchive(archive, nowhere, reports)).rejects.toMatchObject({
      name: 'OutsideError',
      message: expect.stringContaining(`Could not import into ${nowhere.folder}`) as string,
      remedy: expect.stringContaining('--runs') as string,
    });
  });

  const member = 'runs/a-000000000000/spec.json';
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'altered contents',
      () => zipOf({ [manifestName]: manifestOf({ [member]: 'one' }), [member]: 'two' }),
      /with 3 bytes and SHA-256 [0-9a-f]{64}, found SHA-256/,
    ],
    [
      'another size',
      () => zipOf({ [manifestName]: manifestOf({ [member]: 'one' }), [member]: 'longer' }),
      /with 3 bytes .*, found 6 bytes/,
    ],
    [
      'a missing file',
      () => zipOf({ [manifestName]: manifestOf({ [member]: '' }) }),
      /lacks runs\/a-000000000000\/spec\.json/,
    ],
    [
      'an unlisted file',
      () => zipOf({ [manifestName]: manifestOf({}), [member]: '' }),
      /contains "runs\/a-000000000000\/spec\.json", which its manifest does not list/,
    ],
    ['no manifest', () => zipOf({ [member]: '' }), /no valid manifest\.json: it is missing/],
    [
      'a manifest that is not JSON',
      () => zipOf({ [manifestName]: '{' }),
      /no valid manifest\.json: it cannot be read/,
    ],
    [
      'another version',
      () => zipOf({ [manifestName]: '{"version":2,"files":{}}' }),
      /no valid manifest\.json: "version"/,
    ],
    [
      'text instead of a zip file',
      async () => {
        await zipOf({});
        writeFileSync(archive, 'text');
      },
      /cannot be read as an archive/,
    ],
    ['no file', async () => Promise.resolve(), /cannot be read as an archive: ENOENT/],
    [
      'an unfinished run',
      async () => writeArchive(archive, { runs: [await begin(store, seeded(1))], reports: [] }),
      /cannot be imported: .*\.json is missing/,
    ],
    [
      'a run under another name',
      async () => {
        const folder = await finish(store, seeded(1));
        const files = Object.fromEntries(
          readdirSync(folder).map((name) => [`runs/other/${name}`, readFileSync(join(folder, name), 'utf8')]),
        );
        return zipOf({ [manifestName]: manifestOf(files), ...files });
      },
      /cannot be imported: its specification is that of mini-1shot-seed1/,
    ],
    ...[
      'runs/../spec.json',
      'runs/a/../../spec.json',
      '/etc/passwd',
      'runs/a/.bashrc',
      'reports/a/b/c.json',
      'runs/A/spec.json',
      `runs/${'a'.repeat(129)}/spec.json`,
      `reports/${'a'.repeat(129)}/data.json`,
    ].map((name): [string, () => Promise<unknown>, RegExp] => [
      `the name ${name}`,
      () => zipOf({ [manifestName]: manifestOf({ [name]: '' }) }),
      /a file of a run or of a report/,
    ]),
  ])('imports nothing from an archive with %s', async (_what, arrange, message) => {
    await arrange();
    await expect(importArchive(archive, elsewhere, reports)).rejects.toThrow(message);
    expect(readdirSync(elsewhere.folder)).toEqual([markerName, '.gitignore']);
    expect(existsSync(reports)).toBe(false);
  });

  it('refuses members outside the folder', async () => {
    await zipOf({ 'runs/a/spec.json': '' });
    const bytes = readFileSync(archive).toString('latin1').replaceAll('runs/a', '../../');
    writeFileSync(archive, bytes, 'latin1');
    await expect(importArchive(archive, elsewhere, reports)).rejects.toThrow(/invalid relative path/);
  });
});

describe('export and import', () => {
  const printed: string[] = [];
  const context = {
    print: (line: string): void => void printed.push(line),
    signal: new AbortController().signal,
  };
  const options = { profile: 'embedded', reports: 'reports' };

  it('keep a run that a worker is working on, and fail', async () => {
    await finish(store, seeded(1));
    await exportCommand(archive, [], { ...options, runs: store.folder }, context);
    const folder = await begin(elsewhere, seeded(1));
    hold(workerLockOf(folder));
    printed.length = 0;
    expect(await importCommand(archive, { ...options, runs: elsewhere.folder }, context)).toBe(1);
    expect(printed.splice(0).at(-1)).toMatch(/was kept: a worker is working on it/);
    expect(existsSync(join(folder, runFiles.result))).toBe(false);
  });

  it('skip and name damaged and unreadable runs', async () => {
    await finish(store, seeded(1));
    const altered = join(await finish(store, seeded(2), 50, { [runFiles.diff]: 'diff' }), runFiles.diff);
    const { mtime } = statSync(altered);
    writeFileSync(altered, 'DIFF');
    utimesSync(altered, mtime, mtime);
    const odd = join(await finish(store, seeded(3)), runFiles.timing);
    rmSync(odd);
    mkdirSync(odd);
    await exportCommand(archive, [], { ...options, runs: store.folder }, context);
    expect(printed.slice(0, 2)).toEqual([
      expect.stringMatching(/^left out mini-1shot-seed2-.*: code\.diff was altered/),
      expect.stringMatching(/^left out mini-1shot-seed3-.*: timing\.json cannot be read/),
    ]);
    expect(printed.at(-1)).toMatch(/: 1 run, 0 reports, 5 files/);
  });

  it('transfer all finished runs, or the named ones', async () => {
    await finish(store, seeded(1));
    await finish(store, seeded(2));
    await begin(store, seeded(3));
    await exportCommand(archive, [], { ...options, runs: store.folder }, context);
    expect(printed.splice(0).join('\n')).toMatch(/: 2 runs, 0 reports, 10 files\nsha256 [0-9a-f]{64}$/);
    await exportCommand(archive, ['mini-1shot-seed2'], { ...options, runs: store.folder }, context);
    const code = await importCommand(archive, { runs: elsewhere.folder, reports }, context);
    expect(code).toBe(0);
    expect(printed.at(-1)).toBe('1 run: 1 imported, 0 already present, 0 kept');
  });

  it('print what an archive contains before writing it', async () => {
    await finish(store, seeded(1));
    mkdirSync(archive);
    const exporting = exportCommand(archive, [], { ...options, runs: store.folder }, context);
    await expect(exporting).rejects.toThrow('EISDIR');
    expect(printed.splice(0).join('\n')).toMatch(
      /^1 run, 0 reports, 5 files, \d,\d{3} bytes in total\nThey name the machines .*hosts.*GPUs.*paths/,
    );
  });

  it('write no archive in a dry run', async () => {
    await finish(store, seeded(1));
    await exportCommand(archive, [], { ...options, runs: store.folder, dryRun: true }, context);
    expect(printed.splice(0).join('\n')).toMatch(/^1 run, /);
    expect(existsSync(archive)).toBe(false);
  });

  it('name the paths that stand in the runs in full', async () => {
    const photos = {
      title: 'photos',
      classCount: 10,
      trainingImages: 100,
      smallestClass: 10,
      testImages: 10_000,
      imageSize: { height: 30, width: 40 },
      inBoth: 0,
    };
    for (const [folder, digit] of [
      ['/data/photos', 'a'],
      ['~/photos', 'b'],
    ] as const)
      await finish(store, seeded(1, { dataset: { ...photos, folder, manifest: digit.repeat(64) } }));
    await exportCommand(archive, [], { ...options, runs: store.folder, dryRun: true }, context);
    expect(printed.splice(0).at(-1)).toBe(
      'Paths outside the home folder and the workspace stand there in full: /data/photos',
    );
  });

  it('fail if an existing result differs', async () => {
    await finish(store, seeded(1), 40);
    await exportCommand(archive, [], { ...options, runs: store.folder }, context);
    await finish(elsewhere, seeded(1), 41);
    expect(await importCommand(archive, { runs: elsewhere.folder, reports }, context)).toBe(1);
    expect(printed.at(-1)).toContain('exists with a different result and was kept');
  });

  it.each<[string, string[], RegExp]>([
    [
      'a file that an archive must not replace',
      [],
      /must end in \.zip, \.csv, \.parquet, \.tex, \.tensorboard, but it is .*smoke\.yaml/,
    ],
    ['an unfinished run', ['mini-1shot-seed3'], /The run in .* cannot be exported: /],
    [
      'an experiment without finished runs',
      [join(workspaceRoot, 'configs/smoke.yaml')],
      /None of the 2 runs of /,
    ],
    ['an empty store', [], /There are no finished runs in/],
  ])('refuse %s', async (what, named, message) => {
    await begin(store, seeded(3));
    const file = what.includes('replace') ? 'configs/smoke.yaml' : archive;
    await expect(exportCommand(file, named, { ...options, runs: store.folder }, context)).rejects.toThrow(
      message,
    );
  });
});
