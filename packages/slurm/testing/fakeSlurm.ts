import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface FakeTask {
  id: string;
  name: string;
  /** Limit of its array. */
  atOnce?: number;
  folder: string;
  state: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'NODE_FAIL' | 'OUT_OF_MEMORY' | 'CANCELLED';
  reason: string;
  /** Queries of squeue until its next state. */
  wait: number;
}

/**
 * How a command responds. `refuse`: the controller is down; `lost`: the command is run, but its answer is
 * lost; `late`: it answers a second late; `no`: the controller rejects it.
 */
export type Mood = 'answer' | 'refuse' | 'lost' | 'late' | 'no';

export interface FakeSlurmOptions {
  /** How a task ends; `done` writes the result. */
  fate: (task: FakeTask, attempt: number) => 'done' | FakeTask['state'];
  mood?: (command: string, call: number) => Mood;
  /** Writes what a worker would write. */
  work: (folder: string) => Promise<void>;
  hasAccounting?: boolean;
  /** The reason for which tasks wait forever; without one they start soon. */
  waitsFor?: string;
}

/**
 * Slurm's commands on the PATH, answered by this process. Time advances with every squeue. As in `job.sh`, a
 * task does nothing if its run's folder has another ticket or a result. Tasks that work in the same folder at
 * once, or one after the other, are recorded as faults.
 */
export class FakeSlurm {
  readonly folder = mkdtempSync(join(tmpdir(), 'fake-slurm-'));
  readonly tasks = new Map<string, FakeTask>();
  readonly calls = new Map<string, number>();
  /** Folders of finished runs. */
  readonly done = new Set<string>();
  /** Events that must never happen. */
  readonly faults: string[] = [];
  readonly #options: FakeSlurmOptions;
  readonly #server = createServer({ allowHalfOpen: true });
  /** The highest number of tasks of an array at a time. */
  most = 0;
  /** Number of tasks that did nothing. */
  idle = 0;
  readonly #attempts = new Map<string, number>();
  /** The running task of each folder. */
  readonly #busy = new Map<string, FakeTask>();
  #arrays = 0;
  #path = '';

  constructor(options: FakeSlurmOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const socket = join(this.folder, 'socket');
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    const client = join(this.folder, 'client.cjs');
    writeFileSync(
      client,
      `const socket = require('node:net').connect(${JSON.stringify(socket)});
socket.end(JSON.stringify([process.argv[2], ...process.argv.slice(3)]));
let answer = '';
socket.on('data', (data) => (answer += data)).on('end', () => {
  const { code, out, err } = JSON.parse(answer);
  process.stdout.write(out);
  process.stderr.write(err);
  process.exitCode = code;
});
`,
    );
    for (const command of ['sbatch', 'squeue', 'sacct', 'scancel']) {
      const file = join(bin, command);
      writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${client}' ${command} "$@"\n`);
      chmodSync(file, 0o755);
    }
    this.#server.on('connection', (connection) => {
      let asked = '';
      // The client may have timed out.
      connection.on('error', () => undefined);
      connection.on('data', (data) => (asked += String(data)));
      connection.on('end', () => {
        void this.#answer(JSON.parse(asked) as string[]).then((answer) =>
          connection.end(JSON.stringify(answer)),
        );
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(socket, resolve));
    this.#path = process.env.PATH ?? '';
    process.env.PATH = `${bin}:${this.#path}`;
  }

  async stop(): Promise<void> {
    process.env.PATH = this.#path;
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  async #answer([command = '', ...options]: string[]): Promise<{ code: number; out: string; err: string }> {
    if (options[0] === '--version') return { code: 0, out: 'slurm-wlm 22.05.8\n', err: '' };
    const call = (this.calls.get(command) ?? 0) + 1;
    this.calls.set(command, call);
    const mood = this.#options.mood?.(command, call) ?? 'answer';
    const down = { code: 1, out: '', err: `${command}: error: Unable to contact slurm controller\n` };
    if (mood === 'refuse') return down;
    if (mood === 'no')
      return { code: 1, out: '', err: `${command}: error: Requested node configuration is not available\n` };
    const out = await this.#run(command, options);
    if (mood === 'late') await setTimeout(1000);
    if (out === undefined) return { code: 1, out: '', err: `${command}: error: accounting is disabled\n` };
    return mood === 'lost' ? down : { code: 0, out, err: '' };
  }

  async #run(command: string, options: readonly string[]): Promise<string | undefined> {
    if (command === 'sbatch') return this.#submit(options);
    if (command === 'scancel') {
      for (const id of options) {
        const task = this.tasks.get(id);
        if (task === undefined || !isOpen(task)) continue;
        task.state = 'CANCELLED';
        this.#busy.delete(task.folder);
      }
      return '';
    }
    if (command === 'sacct') return this.#accounting(options);
    await this.#goOn();
    return [...this.tasks.values()]
      .filter(({ state }) => state === 'PENDING' || state === 'RUNNING')
      .map(({ id, state, name, reason }) => `${id}|${state}|${name}|${reason}\n`)
      .join('');
  }

  #submit(options: readonly string[]): string {
    const valueOf = (key: string): string =>
      options.find((option) => option.startsWith(`--${key}=`))?.slice(key.length + 3) ?? '';
    const list = options.find((option) => option.endsWith('.list'))!;
    const folders = readFileSync(list, 'utf8').trimEnd().split('\n');
    const atOnce = Number(valueOf('array').split('%')[1] ?? Infinity);
    this.#arrays += 1;
    folders.forEach((folder, index) => {
      const id = `${this.#arrays}_${index}`;
      const { waitsFor: reason = 'Priority' } = this.#options;
      const wait = this.#options.waitsFor === undefined ? 1 + (index % 3) : Infinity;
      this.tasks.set(id, {
        id,
        name: valueOf('job-name'),
        atOnce,
        folder,
        state: 'PENDING',
        reason,
        wait,
      });
    });
    return `${this.#arrays}\n`;
  }

  async #goOn(): Promise<void> {
    for (const task of this.tasks.values()) {
      if (!isOpen(task)) continue;
      task.wait -= 1;
      if (task.wait > 0) continue;
      if (task.state === 'PENDING') {
        this.#begin(task);
        continue;
      }
      this.#busy.delete(task.folder);
      const attempt = (this.#attempts.get(task.folder) ?? 0) + 1;
      this.#attempts.set(task.folder, attempt);
      const fate = this.#options.fate(task, attempt);
      // First, because another query may arrive meanwhile.
      task.state = fate === 'done' ? 'COMPLETED' : fate;
      if (fate === 'done') {
        if (this.done.has(task.folder)) this.faults.push(`${task.folder} was done twice`);
        this.done.add(task.folder);
        await this.#options.work(task.folder);
      }
    }
  }

  #begin(task: FakeTask): void {
    const { id, name, folder, atOnce = Infinity } = task;
    const [array = '', index = ''] = id.split('_');
    const running = [...this.#busy.values()].filter((other) => other.id.startsWith(`${array}_`)).length;
    if (running >= atOnce) return;
    const isClaimed = readIfThere(join(folder, 'ticket.json')).includes(`"${name}_${index}"`);
    if (!isClaimed || existsSync(join(folder, 'seal.json'))) {
      task.state = 'COMPLETED';
      this.idle += 1;
      return;
    }
    if (this.#busy.has(folder)) this.faults.push(`two work in ${folder}`);
    this.#busy.set(folder, task);
    this.most = Math.max(this.most, running + 1);
    task.state = 'RUNNING';
    task.reason = 'None';
    task.wait = 1;
  }

  #accounting(options: readonly string[]): string | undefined {
    if (this.#options.hasAccounting === false) return undefined;
    const ids = options
      .find((option) => option.startsWith('--jobs='))!
      .slice(7)
      .split(',');
    return ids
      .flatMap((id) => this.tasks.get(id) ?? [])
      .map(({ id, state }) => `${id}|${state}${state === 'CANCELLED' ? ` by ${userInfo().uid}` : ''}\n`)
      .join('');
  }
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const isOpen = ({ state }: FakeTask): boolean => state === 'PENDING' || state === 'RUNNING';
