// Measures the time and memory of the store with many runs, for the numbers in docs/run-store.md.
//
// node --import tsx apps/harness/bench/scale.ts [RUNS]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ls } from '../src/commands/ls.ts';
import { status } from '../src/commands/status.ts';
import { loadExperiment, resolveRuns } from '@bit-repro/experiment';
import { planRows } from '@bit-repro/launch';
import { buildReportData } from '@bit-repro/report';
import {
  runFiles,
  type RunRecord,
  type RunSpec,
  type Seal,
  runKey,
  RunStore,
  toJson,
  sha256Of,
  specOf,
} from '@bit-repro/runs';
import { madeUpRecord } from '@bit-repro/report/testing';

const runs = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'scale-'));
const mostRss = (): string => `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most so far`;

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  process.stdout.write(`${what.padEnd(44)} ${seconds.padStart(6)} s  ${mostRss()}\n`);
  return result;
}

function write(store: string, spec: RunSpec, { provenance, result, timing }: RunRecord): void {
  const path = new RunStore(store).folderOf(spec);
  const text = toJson({ ...result, key: runKey(spec) });
  const resultSha256 = sha256Of(Buffer.from(text));
  mkdirSync(path, { recursive: true });
  const files = {
    spec: toJson(spec),
    provenance: toJson(provenance),
    timing: toJson({ ...timing, resultSha256, sealed: true }),
    result: text,
  };
  const seal: Seal = { version: 1, key: runKey(spec), files: {} };
  for (const [name, content] of Object.entries(files)) {
    const file = runFiles[name as keyof typeof files];
    writeFileSync(join(path, file), content);
    seal.files[file] = { bytes: Buffer.byteLength(content), sha256: sha256Of(Buffer.from(content)) };
  }
  writeFileSync(join(path, runFiles.seal), toJson(seal));
}

try {
  const config = join(folder, 'scale.yaml');
  writeFileSync(
    config,
    `name: scale
title: Many runs
dataset: cifar10
target: figure6
shots: [1, 5]
seeds: { count: ${Math.ceil(runs / 20)} }
settings: { model: R50x3, weights: random }
grid: { baseLr: [0.001, 0.002, 0.003, 0.004, 0.005], batch: [128, 512] }
profiles: { all: {} }
`,
  );
  const experiment = await timed('read the experiment', () => loadExperiment(config));
  const planned = await timed('write its runs out', () => resolveRuns(experiment, 'all'));
  const surroundings = {
    dataset: { name: 'cifar10' as const, sha1: { 'test_batch.bin': '0'.repeat(40) } },
    engine: { flavour: 'cpu' as const, tensorflow: '0.0.0', device: 'Made-up processor' },
    sources: '1'.repeat(64),
  };
  const specs = planned.map((run) => specOf(run, surroundings));
  const store = join(folder, 'runs');
  await timed(`make up ${planned.length} finished runs`, () => {
    planned.forEach((run, index) => {
      write(store, specs[index]!, madeUpRecord(run, 1000 + (index % 5000)));
    });
  });
  const sink = { print: () => undefined, signal: new AbortController().signal };
  const options = { runs: store, json: false };
  await timed('harness ls', () => ls(options, sink));
  await timed('harness status', () => status(undefined, { ...options, profile: 'all' }, sink));
  const rows = await timed('the rows of harness plan', () =>
    planRows(
      {
        runs: planned.map((run, index) => ({ run, spec: specs[index]!, isOpenKey: false })),
        resources: { cores: 2, workers: 1, freeBytes: 16e9 },
      },
      new RunStore(store),
    ),
  );
  const states = await timed('read the runs of a report', () => {
    const opened = new RunStore(store);
    return Promise.all(specs.map((spec) => opened.state(spec)));
  });
  const records = states.flatMap((state) => (state.kind === 'done' ? [state.record] : []));
  await timed('work the report’s numbers out', () =>
    buildReportData({ experiment, profile: 'all', planned, records, generatedAt: new Date() }),
  );
  const done = rows.filter(({ state }) => state === 'done').length;
  process.stdout.write(`${rows.length} planned, ${done} of them done; ${records.length} records read\n`);
} finally {
  rmSync(folder, { recursive: true });
}
