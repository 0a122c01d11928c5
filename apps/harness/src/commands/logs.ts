import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseEvent, runFiles, summarise } from '@bit-repro/runs';
import { beginningOf, exitCodes } from '@bit-repro/artifacts';
import { caughtUp, printJson, type CommandContext } from '@bit-repro/terminal';
import { folderOfRun, openStore, type StoreOptions } from './openStore.ts';

export interface LogsOptions extends Pick<StoreOptions, 'runs'> {
  follow: boolean;
  events: boolean;
  json?: boolean;
}

/** How often a followed log is read. */
const everyMs = 500;
/**
 * Longer lines are printed in pieces of this many characters, so that a line without an end does not fill the
 * memory.
 */
const longestLine = 64 * 1024;

/** Prints the log of a run's worker, or with `events` its events; with `follow`, until the run ends. */
export async function logs(
  named: string,
  { follow, events, json, ...options }: LogsOptions,
  { print, signal }: CommandContext,
  longest = longestLine,
): Promise<number> {
  const folder = await folderOfRun(openStore(options), named);
  const lines: string[] = [];
  const printLine = (line: string): void => {
    print(line, { asIs: true });
  };
  const log = new Tail(
    join(folder, events ? runFiles.events : runFiles.log),
    json ? (line) => lines.push(line) : printLine,
    longest,
  );
  let isRunning: boolean;
  do {
    // Checked before reading, so that the last lines are not missed.
    isRunning = follow && (await summarise(folder)).state === 'running';
    await log.read(signal);
    if (isRunning) await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
  } while (isRunning && !signal.aborted);
  log.end();
  if (json) {
    const content = events ? lines.flatMap((line) => parseEvent(line) ?? []) : lines;
    printJson(print, content);
  }
  return signal.aborted ? exitCodes.interrupted : exitCodes.done;
}

/** Prints the lines of a growing file. */
class Tail {
  readonly #file: string;
  readonly #print: (line: string) => void;
  readonly #longest: number;
  readonly #decoder = new TextDecoder();
  #position = 0;
  #rest = '';

  constructor(file: string, print: (line: string) => void, longest: number) {
    this.#file = file;
    this.#print = print;
    this.#longest = longest;
  }

  /** Prints the lines added since the last call, until `signal` is aborted. */
  async read(signal: AbortSignal): Promise<void> {
    const handle = await open(this.#file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (handle === undefined) return;
    try {
      const { size } = await handle.stat();
      // A run that is started again truncates its log.
      if (size < this.#position) this.#position = 0;
      const stream = handle.createReadStream({ start: this.#position, autoClose: false });
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        this.#position += chunk.length;
        this.#add(this.#decoder.decode(chunk, { stream: true }));
        await caughtUp();
        if (signal.aborted) return;
      }
    } finally {
      await handle.close();
    }
  }

  /** Prints an incomplete last line. */
  end(): void {
    if (this.#rest !== '') this.#print(this.#rest);
  }

  #add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) this.#print(this.#cut(line).replace(/\r$/, ''));
    this.#rest = this.#cut(rest);
  }

  /** Prints all but the last piece of a line that is too long, and returns that piece. */
  #cut(line: string): string {
    let rest = line;
    while (rest.length > this.#longest) {
      const piece = beginningOf(rest, this.#longest);
      this.#print(piece);
      rest = rest.slice(piece.length);
    }
    return rest;
  }
}
