import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./inProcess.ts', import.meta.url));

/** Starts a task of inProcess.ts in a process of its own, after running `before` in bash. */
export function startTask(task: unknown, before = '', environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const command = `${before} exec "$0" --import tsx "$1" "$2"`;
  return spawn('bash', ['-c', command, process.execPath, script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
}

/** All events of a task, until it ends. */
export async function eventsOf(child: ChildProcess): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    events.push(JSON.parse(line) as Record<string, unknown>);
  }
  return events;
}
