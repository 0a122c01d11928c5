import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { workspaceRoot } from '@bit-repro/artifacts';

/** How a command ended. */
export interface Ended {
  code: number | undefined;
  /** Of both streams. */
  said: string;
}

export interface ExperimentOptions {
  title?: string;
  /** Of the schedule, in steps. */
  supports?: readonly number[];
  /** Further keys of the config. */
  more?: object;
}

/**
 * A small experiment with a store of its own, carried out by real processes. Its slots are its own, too, so that experiments
 * can go side by side.
 */
export class Experiment {
  readonly folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  readonly file = join(this.folder, 'experiment.yaml');
  readonly runs = join(this.folder, 'runs');
  readonly reports = join(this.folder, 'reports');
  /** For what it exports. */
  readonly archives = join(this.folder, 'archives');

  constructor(
    seeds: readonly number[],
    { title = 'Accidents', supports = [1, 2, 4, 6], more = {} }: ExperimentOptions = {},
  ) {
    mkdirSync(this.archives);
    writeFileSync(
      this.file,
      JSON.stringify({
        name: 'accidents',
        title,
        dataset: 'cifar10',
        ...more,
        shots: [1],
        seeds,
        arms: [{ name: 'rule' }],
        profiles: {
          embedded: {
            model: 'mini',
            weights: 'random',
            batch: 8,
            schedule: { supports },
            evaluationBatch: 500,
            resize: 32,
            crop: 32,
          },
        },
      }),
    );
  }

  /** One with the config, runs, reports and archives of the experiment in a folder. */
  static copyOf(folder: string): Experiment {
    const copy = new Experiment([]);
    const filter = (path: string): boolean => basename(path) !== 'tmp';
    cpSync(folder, copy.folder, { recursive: true, preserveTimestamps: true, filter });
    return copy;
  }

  /** Where processes of one machine agree who has the processor. What was transpiled once serves all experiments. */
  temporaryFolder(host = 'here'): string {
    const folder = join(this.folder, 'tmp', host);
    if (existsSync(folder)) return folder;
    const transpiled = `tsx-${userInfo().uid}`;
    mkdirSync(join(tmpdir(), transpiled), { recursive: true });
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(tmpdir(), transpiled), join(folder, transpiled));
    return folder;
  }

  /** Gives a command. */
  call(line: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const harness = join(workspaceRoot, 'apps/harness/bin/harness.js');
    return execa(process.execPath, [harness, ...line], {
      cwd: workspaceRoot,
      env: {
        TMPDIR: this.temporaryFolder(),
        XDG_RUNTIME_DIR: this.temporaryFolder(),
        // Under CI each of these hundreds of processes would read all of TensorFlow.
        CI: '',
        ...env,
      },
      reject: false,
      all: true,
      // On a busy machine a worker takes its time to stop.
      forceKillAfterDelay: false,
    });
  }

  /** Begins the experiment, with a checkpoint after every step. */
  begin(
    options: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    command = ['run', '--checkpoint-every=0'],
  ) {
    const places = ['--runs', this.runs, '--reports', this.reports];
    return this.call([...command, this.file, ...places, ...options], env);
  }

  /** Makes the folders of its runs, and leaves them to others. */
  prepare() {
    return this.call(['prepare', this.file, '--runs', this.runs]);
  }

  /** Whether a step was done. */
  hasBegun(): boolean {
    return this.folders().some((folder) => read(join(folder, 'events.jsonl'))?.includes('"step"') === true);
  }

  async run(options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const { exitCode, all } = await this.begin(options, env);
    return { code: exitCode, said: all };
  }

  /** The folders of its runs. */
  folders(): string[] {
    try {
      return readdirSync(this.runs)
        .filter((name) => name.startsWith('mini-') && !name.endsWith('.lock'))
        .sort()
        .map((name) => join(this.runs, name));
    } catch {
      return [];
    }
  }

  /** The process of a worker that is at it. */
  worker(): number | undefined {
    for (const folder of this.folders()) {
      const ticket = read(join(folder, 'ticket.json'));
      if (ticket !== undefined) return Number((JSON.parse(ticket) as { job: string }).job.split(':').at(-1));
    }
    return undefined;
  }

  /** The results as they are in their files, by the name of the run. */
  results(): Map<string, string> {
    return new Map(
      this.folders().flatMap((folder) => {
        const result = read(join(folder, 'result.json'));
        return result === undefined ? [] : [[folder.slice(this.runs.length + 1), result] as const];
      }),
    );
  }

  /** The numbers of the steps in the order that a run's events tell them. */
  steps(run: string): number[] {
    const lines = readFileSync(join(this.runs, run, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const events = lines.map((line) => JSON.parse(line) as { kind: string; step: number });
    return events.flatMap(({ kind, step }) => (kind === 'step' ? [step] : []));
  }
}

export const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
