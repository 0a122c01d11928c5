/**
 * Submits 10,000 runs to a fake Slurm whose commands fail, lose answers and kill tasks. Prints whether any
 * run was lost or run twice, how often the controller was queried, and the memory used.
 *
 * node --import tsx apps/harness/bench/cluster.ts [RUNS]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { carryOut, Supervisor } from '@bit-repro/launch';
import { SlurmLauncher } from '@bit-repro/slurm';
import { runKey, readSpec, RunStore, writeResult } from '@bit-repro/runs';
import { FakeSlurm } from '@bit-repro/slurm/testing';
import { plannedRun, record, runSpec } from '@bit-repro/runs/testing';

const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'bit-repro-cluster-'));
const { provenance, result, timing } = record(plannedRun(), 50);
const store = new RunStore(join(folder, 'runs'));
const fake = new FakeSlurm({
  fate: ({ id }, attempt) => (attempt === 1 && id.endsWith('7') ? 'NODE_FAIL' : 'done'),
  mood: (command, call) => {
    if (command === 'sbatch') return call % 4 === 0 ? 'lost' : call % 7 === 0 ? 'refuse' : 'answer';
    return call % 5 === 0 ? 'refuse' : call % 6 === 0 ? 'late' : 'answer';
  },
  work: async (runFolder) => {
    const spec = await readSpec(runFolder);
    await writeResult(runFolder, { ...result, key: runKey(spec) }, timing);
  },
});
await fake.start();
try {
  const print = (): void => undefined;
  const launcher = new SlurmLauncher({
    options: {},
    store: store.folder,
    environment: {},
    print,
    waits: { gather: () => setTimeout(500), lookMs: 500, askMs: 2000 },
  });
  const ignore = { started: print, event: print, ended: print };
  const specs = Array.from({ length: count }, (_, seed) =>
    runSpec({ fineTune: { ...runSpec().fineTune, seed } }),
  );
  const began = performance.now();
  const outcomes = await carryOut(specs, {
    store,
    supervisor: new Supervisor(launcher, ignore),
    provenance,
    diff: undefined,
    saveWeights: false,
    resources: { cores: 1, workers: 1, freeBytes: 1e12 },
    signal: new AbortController().signal,
    print,
    retryAfterMs: [10, 10, 10],
  });
  const seconds = (performance.now() - began) / 1000;
  const done = outcomes.filter(({ kind }) => kind === 'done').length;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  const lines = [
    `${count} runs: ${done} done, ${count - fake.done.size} lost, ${fake.faults.length} doubled; ${fake.idle} tasks had nothing to do`,
    `${seconds.toFixed(0)} s, ${mebibytes.toFixed(0)} MiB at most, with the made-up cluster in the same process`,
    `calls: ${[...fake.calls].map(([command, calls]) => `${command} ${calls}`).join(', ')} (asked every 2 s in place of 60)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = done === count && fake.faults.length === 0 ? 0 : 1;
} finally {
  await fake.stop();
  rmSync(folder, { recursive: true });
}
