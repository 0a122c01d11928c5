import { existsSync, mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Experiment } from './experiment.ts';
import { until } from '@bit-repro/artifacts/testing';
import { faulty } from './faultyDisk.ts';

/** The results of seeds 0 and 1 if nothing goes wrong. */
let undisturbed: Map<string, string>;
beforeAll(async () => {
  const experiment = new Experiment([0, 1]);
  expect(await experiment.run()).toMatchObject({ code: 0 });
  undisturbed = experiment.results();
  expect(undisturbed.size).toBe(2);
});
const onlySeed0 = (): Map<string, string> =>
  new Map([...undisturbed].filter(([run]) => run.includes('seed0')));

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  it.each(['.npz', 'checkpoint.json', 'events.jsonl', 'timing.json', 'result.json', 'spec.json'])(
    'when %s is written: the run fails with the reason, and the same command resumes it later',
    async (part) => {
      const experiment = new Experiment([0]);
      const full = { what: 'fail', operation: 'write', path: part, errno: 'ENOSPC' } as const;
      const { code, said } = await experiment.run([], await faulty(experiment, full));
      expect(code).toBe(1);
      expect(said).toMatch(/Could not write .*\(ENOSPC\)\s+Free some disk space/);
      expect(experiment.results().size).toBe(0);
      expect(await experiment.run()).toMatchObject({ code: 0 });
      expect(experiment.results()).toEqual(onlySeed0());
    },
  );
});

describe('an experiment whose output', () => {
  it('nobody reads any more continues to its end', async () => {
    const experiment = new Experiment([0]);
    const harness = experiment.begin();
    await until(() => (experiment.hasBegun() ? true : undefined));
    harness.stdout.destroy();
    harness.stderr.destroy();
    expect(await harness).toMatchObject({ exitCode: 0 });
    expect(experiment.results()).toEqual(onlySeed0());
  });
});

describe('a store', () => {
  const spoil = async (
    change: (folder: string) => void,
  ): Promise<{ experiment: Experiment; said: string }> => {
    const experiment = new Experiment([0]);
    await experiment.run();
    change(experiment.folders()[0]!);
    const { code, said } = await experiment.run();
    expect(code).toBe(0);
    return { experiment, said };
  };

  it('of an older version: its run is re-run, with a message', async () => {
    const { experiment, said } = await spoil((folder) => {
      const file = join(folder, 'spec.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"version": 1', '"version": 0'));
    });
    expect(said).toMatch(/is run again: spec\.json is not in the format of this version/);
    expect(experiment.results()).toEqual(onlySeed0());
  });

  it.each([
    ['altered', (text: string): string => text.replace('"top1": 0.', '"top1": 0.9')],
    ['cut short', (text: string): string => text.slice(0, -20)],
  ])('whose result was %s: the run is re-run, with a message', async (_, alter) => {
    const { experiment, said } = await spoil((folder) => {
      const file = join(folder, 'result.json');
      writeFileSync(file, alter(readFileSync(file, 'utf8')));
    });
    expect(said).toMatch(/is run again: result\.json was altered/);
    expect(experiment.results()).toEqual(onlySeed0());
  });

  it('whose checkpoint was truncated: the run starts again, with a message', async () => {
    const experiment = new Experiment([0]);
    const process_ = experiment.begin();
    const checkpoint = await until(() =>
      experiment
        .folders()
        .map((folder) => join(folder, 'checkpoint-2.npz'))
        .find(existsSync),
    );
    process_.kill('SIGTERM');
    expect((await process_).exitCode).toBe(130);
    const folder = experiment.folders()[0]!;
    const record = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as {
      state: { tensors: { file: string } };
    };
    truncateSync(join(folder, record.state.tensors.file), 1000);
    const { code, said } = await experiment.run();
    expect(code).toBe(0);
    expect(said).toMatch(/restart .*The checkpoint cannot be used/);
    expect(checkpoint).toContain(folder);
    expect(experiment.results()).toEqual(onlySeed0());
  });
});

describe('two harnesses', () => {
  it('started together run every run once', async () => {
    const experiment = new Experiment([0, 1]);
    const both = await Promise.all([experiment.run(), experiment.run()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const said = both.map((one) => one.said).join('\n');
    expect(said.match(/^started /gm)).toHaveLength(2);
    expect(experiment.results()).toEqual(undisturbed);
  });
});

describe('a clock that is set back', () => {
  it('does not keep a dead harness’s runs from being taken over', async () => {
    const experiment = new Experiment([0]);
    const harness = experiment.begin();
    const worker = await until(() => experiment.worker());
    harness.kill('SIGKILL');
    process.kill(worker, 'SIGKILL');
    await harness;
    const inAnHour = new Date(Date.now() + 3_600_000);
    utimesSync(`${experiment.folders()[0]!}.lock`, inAnHour, inAnHour);
    expect(await experiment.run()).toMatchObject({ code: 0 });
    expect(experiment.results()).toEqual(onlySeed0());
  });
});

describe('reports', () => {
  it('that cannot be written cause a warning before the runs, which are kept', async () => {
    const experiment = new Experiment([0]);
    writeFileSync(experiment.reports, 'a file');
    const { code, said } = await experiment.run();
    expect(code).toBe(3);
    expect(said).toMatch(/^warning the report cannot be written: .*ENOTDIR/m);
    expect(said.indexOf('warning')).toBeLessThan(said.indexOf('started'));
    expect(experiment.results()).toEqual(onlySeed0());
  });

  it('show a hostile title as text, and pass it to no shell', async () => {
    const victim = join(tmpdir(), 'victim');
    const title = `<script>alert(1)</script> $(touch ${victim}) \`touch ${victim}\`; touch ${victim}`;
    const experiment = new Experiment([0], { title });
    mkdirSync(experiment.reports);
    expect(await experiment.run()).toMatchObject({ code: 0 });
    const page = readFileSync(join(experiment.reports, 'accidents/report.html'), 'utf8');
    expect(page).not.toContain('<script>alert(1)');
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(existsSync(victim)).toBe(false);
  });
});
