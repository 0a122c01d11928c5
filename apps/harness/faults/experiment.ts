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
  /** Standard output and standard error together. */
  said: string;
}

export interface ExperimentOptions {
  title?: string;
  /** Step boundaries of the schedule. */
  supports?: readonly number[];
  /** Additional keys of the config. */
  more?: object;
}

/**
 * A small experiment with its own store, run by real processes. It has its own slots, too, so that
 * experiments can run side by side.
 */
export class Experiment {
  readonly folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  readonly file = join(this.folder, 'experiment.yaml');
  readonly runs = join(this.folder, 'runs');
  readonly reports = join(this.folder, 'reports');
  /** For exported archives. */
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

  /** An experiment with a copy of the config, runs, reports and archives in a folder. */
  static copyOf(folder: string): Experiment {
    const copy = new Experiment([]);
    const filter = (path: string): boolean => basename(path) !== 'tmp';
    cpSync(folder, copy.folder, { recursive: true, preserveTimestamps: true, filter });
    return copy;
  }

  /**
   * Holds the locks by which processes of one machine share the processor. The cache of transpiled code is
   * shared by all experiments.
   */
  temporaryFolder(host = 'here'): string {
    const folder = join(this.folder, 'tmp', host);
    if (existsSync(folder)) return folder;
    const transpiled = `tsx-${userInfo().uid}`;
    mkdirSync(join(tmpdir(), transpiled), { recursive: true });
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(tmpdir(), transpiled), join(folder, transpiled));
    return folder;
  }

  /** Runs a command. */
  call(line: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const harness = join(workspaceRoot, 'apps/harness/bin/harness.cjs');
    return execa(process.execPath, [harness, ...line], {
      cwd: workspaceRoot,
      env: {
        TMPDIR: this.temporaryFolder(),
        XDG_RUNTIME_DIR: this.temporaryFolder(),
        // With CI set, each of these hundreds of processes would verify all of TensorFlow.
        CI: '',
        ...env,
      },
      reject: false,
      all: true,
      // On a busy machine a worker takes a while to stop.
      forceKillAfterDelay: false,
    });
  }

  /** Starts the experiment, with a checkpoint after every step. */
  begin(
    options: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    command = ['run', '--checkpoint-every=0'],
  ) {
    const places = ['--runs', this.runs, '--reports', this.reports];
    return this.call([...command, this.file, ...places, ...options], env);
  }

  /** Makes the folders of its runs without running them. */
  prepare() {
    return this.call(['prepare', this.file, '--runs', this.runs]);
  }

  /** Whether any step is done. */
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

  /** The process ID of a worker that is running. */
  worker(): number | undefined {
    for (const folder of this.folders()) {
      const ticket = read(join(folder, 'ticket.json'));
      if (ticket !== undefined) return Number((JSON.parse(ticket) as { job: string }).job.split(':').at(-1));
    }
    return undefined;
  }

  /** The content of the result files, by run. */
  results(): Map<string, string> {
    return new Map(
      this.folders().flatMap((folder) => {
        const result = read(join(folder, 'result.json'));
        return result === undefined ? [] : [[folder.slice(this.runs.length + 1), result] as const];
      }),
    );
  }

  /** The step numbers of a run's events, in order. */
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
