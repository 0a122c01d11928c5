import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workspaceRoot } from '@bit-repro/artifacts';
import { Experiment } from './experiment.ts';
import { until } from '@bit-repro/artifacts/testing';

/** A worker as the Kubernetes manifest starts it. */
function worker(folder: string) {
  const manifest = readFileSync(join(workspaceRoot, 'docs/kubernetes/run.yaml'), 'utf8').replaceAll(
    'runs/RUN',
    folder,
  );
  const job = parse(manifest) as { spec: { template: { spec: { containers: { command: string[] }[] } } } };
  const [program, ...rest] = job.spec.template.spec.containers[0]!.command;
  return execa(program!, rest, { cwd: workspaceRoot, reject: false, all: true });
}

const ready = (said: string): string[] => [...said.matchAll(/^ready (.*)$/gm)].map(([, id]) => id!);

describe('workers without a launcher', () => {
  it('give the results of `run`, which makes the report from them', async () => {
    const launched = new Experiment([0]);
    expect(await launched.run()).toMatchObject({ code: 0 });

    const experiment = new Experiment([0]);
    const { all: said } = await experiment.prepare();
    const [folder] = experiment.folders();
    expect(ready(said).map((id) => join(experiment.runs, id))).toEqual([folder]);
    // A machine that is taken for dead may still be running.
    const both = await Promise.all([worker(folder!), worker(folder!)]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(experiment.results()).toEqual(launched.results());
    expect(experiment.steps(ready(said)[0]!)).toHaveLength(6);

    expect(ready((await experiment.prepare()).all)).toEqual([]);
    const { code, said: last } = await experiment.run();
    expect(code).toBe(0);
    expect(last).toContain('1 already done');
  });

  it('hold their runs, and leave a checkpoint for the next worker when told to stop', async () => {
    const experiment = new Experiment([0], { supports: [1, 20, 40, 60] });
    await experiment.prepare();
    const [folder] = experiment.folders();
    const first = worker(folder!);
    await until(() => experiment.hasBegun() || undefined);
    const { stdout } = await execa('node', ['bin/harness.cjs', 'status', '--runs', experiment.runs]);
    expect(stdout).toContain('1 running');
    first.kill('SIGTERM');
    expect((await first).exitCode).toBe(130);
    expect((await worker(folder!)).exitCode).toBe(0);
    expect(readFileSync(join(folder!, 'events.jsonl'), 'utf8')).toContain('"resumed"');
  });
});
