import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exitCodes } from '@bit-repro/artifacts';
import { status } from '../src/commands/status.ts';
import { verify } from '../src/commands/verify.ts';
import type { Experiment } from './experiment.ts';
import { withoutChance } from './faultyDisk.ts';

/** The outcome of a command, as far as it must not depend on what happened on the way. */
export interface Outcome {
  results: Map<string, string>;
  /** SHA-256 of exported archives, by name. */
  archives: Record<string, string>;
  /** All files and folders, except locks of dead processes, the trash, and samples of telemetry, which may be lost. */
  names: string[];
  /** Output of `harness status`. */
  status: string;
  /** How often each step of each run is in its events. */
  steps: Record<string, number[]>;
}

/** Reads the outcome of an experiment; throws if its report does not follow from its runs. */
export async function outcomeOf(experiment: Experiment): Promise<Outcome> {
  const { runs, reports, archives } = experiment;
  const context = { signal: new AbortController().signal };
  const told: string[] = [];
  const print = (line: string): void => void told.push(line);
  const options = { runs, json: false, profile: 'auto', set: [] };
  await status(undefined, options, { ...context, print });
  const page = join(reports, 'accidents/report.html');
  if (existsSync(page)) {
    const said: string[] = [];
    const code = await verify(page, { runs }, { ...context, print: (line) => void said.push(line) });
    if (code !== exitCodes.done) throw new Error(`${page} was not verified whole:\n${said.join('\n')}`);
  }
  const results = experiment.results();
  return {
    results,
    archives: Object.fromEntries(
      readdirSync(archives).map((name) => [name, sha256(readFileSync(join(archives, name)))]),
    ),
    names: [
      ...new Set(
        [runs, reports, archives]
          .flatMap((root) => namesIn(root).map((name) => withoutChance(join(basename(root), name))))
          .filter((name) => !/\.lock(\/|$)|\/\.trash(\/|$)|\/telemetry\.jsonl$/.test(name)),
      ),
    ].sort(),
    status: told.join('\n'),
    steps: Object.fromEntries([...results.keys()].map((name) => [name, experiment.steps(name)])),
  };
}

/** The inodes of existing results, by which a rewritten one is recognised. */
export const inodes = (experiment: Experiment): Record<string, number> =>
  Object.fromEntries(
    [...experiment.results().keys()].map((name) => [
      name,
      statSync(join(experiment.runs, name, 'result.json')).ino,
    ]),
  );

const namesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
