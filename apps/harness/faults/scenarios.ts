import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { Experiment } from './experiment.ts';
import { until } from '@bit-repro/artifacts/testing';
import { traced } from './faultyDisk.ts';

/** A command and the state that it starts from. */
export interface Scenario {
  name: string;
  /** The folder of an experiment in its initial state. Default: nothing has been done. */
  before?: () => Promise<string>;
  line: (experiment: Experiment) => string[];
  /** Whether there is a checkpoint, which must not be lost. */
  goesOn?: true;
  /** The folder whose operations the scenario is about. */
  within: 'runs' | '';
}

/** Steps of every run in the scenarios. */
export const steps = [1, 2, 3];

const fresh = (): Experiment => new Experiment([0], { supports: steps });
const archiveOf = ({ archives }: Experiment): string => join(archives, 'finished.zip');
const places = ({ runs, reports }: Experiment): string[] => ['--runs', runs, '--reports', reports];

const run: Scenario = {
  name: 'run',
  line: (experiment) => ['run', experiment.file, ...places(experiment)],
  within: 'runs',
};
const runWithAll: Scenario = {
  name: 'run --checkpoint-every=0 --save-weights',
  line: (experiment) => [...run.line(experiment), '--checkpoint-every=0', '--save-weights'],
  within: 'runs',
};
const finished = (): Promise<string> => undisturbed(runWithAll);
const report: Scenario = {
  name: 'run with only a report to draw',
  before: finished,
  line: run.line,
  within: '',
};
/** The folder of an experiment whose run was stopped and has a checkpoint. */
export const stopped = (): Promise<string> =>
  state('stopped', async () => {
    const experiment = fresh();
    const harness = experiment.begin();
    await until(() => experiment.folders().find((folder) => existsSync(join(folder, 'checkpoint.json'))));
    harness.kill('SIGTERM');
    expect((await harness).exitCode).toBe(130);
    return experiment;
  });
const resuming: Scenario = {
  name: 'run that goes on from a checkpoint',
  before: stopped,
  goesOn: true,
  line: runWithAll.line,
  within: 'runs',
};
const exporting: Scenario = {
  name: 'export',
  before: finished,
  line: (experiment) => ['export', archiveOf(experiment), experiment.file, ...places(experiment)],
  within: '',
};
const importing: Scenario = {
  name: 'import',
  before: () =>
    state('an archive', async () => {
      const experiment = fresh();
      cpSync(archiveOf(Experiment.copyOf(await undisturbed(exporting))), archiveOf(experiment));
      return experiment;
    }),
  line: (experiment) => ['import', archiveOf(experiment), ...places(experiment)],
  within: '',
};
const clearing: Scenario = {
  name: 'gc --delete',
  before: () =>
    state('a run that was given up', async () => {
      const experiment = Experiment.copyOf(await finished());
      const other = join(experiment.folder, 'other.yaml');
      const config = JSON.parse(readFileSync(experiment.file, 'utf8')) as object;
      writeFileSync(other, JSON.stringify({ ...config, seeds: [1] }));
      expect((await experiment.call(['prepare', other, '--runs', experiment.runs])).exitCode).toBe(0);
      return experiment;
    }),
  line: ({ runs }) => ['gc', '--delete', '--yes', '--runs', runs],
  within: '',
};

export const scenarios = { run, runWithAll, resuming, report, exporting, importing, clearing };

/** An experiment in the initial state of a scenario. */
export const begun = async ({ before }: Scenario): Promise<Experiment> =>
  before === undefined ? fresh() : Experiment.copyOf(await before());

/**
 * The folder of an experiment after a scenario's command without a fault, with the trace of its operations.
 */
export const undisturbed = (scenario: Scenario): Promise<string> =>
  state(`behind ${scenario.name}`, async () => {
    const experiment = await begun(scenario);
    const { exitCode, all } = await experiment.call(scenario.line(experiment), await traced(experiment));
    expect(exitCode, all).toBe(0);
    return experiment;
  });

const states = new Map<string, Promise<string>>();

/** The folder of an experiment that others are copied from; made by the first test file that needs it. */
function state(name: string, make: () => Promise<Experiment>): Promise<string> {
  const folder = join(tmpdir(), 'states', name);
  const making = async (): Promise<string> => {
    if (existsSync(folder)) return folder;
    const { folder: made } = await make();
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(made, folder);
    return folder;
  };
  const promise = states.get(name) ?? making();
  states.set(name, promise);
  return promise;
}
