import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@bit-repro/artifacts';
import type { Origin } from '@bit-repro/experiment';
import { z } from 'zod';
import { isMissing, readJson } from './readFile.ts';
import type { RunSpec } from './records.ts';
import { redact } from '../redaction/redact.ts';
import { makeStore, storeFolders } from './ownership.ts';
import { runId, runKey } from './runKey.ts';

/** A stored plan: the experiment, its sources, and all its runs. It is never recomputed. */
export interface StoredPlan {
  version: 1;
  experiment: string;
  profile: string;
  config: Origin;
  runs: { id: string; key: string }[];
}

/** Keys of a plan whose values consist of digests. */
const digests = new Set(['sha256', 'id', 'key']);

/**
 * Writes a plan into the store as `.plans/EXPERIMENT-DIGEST.json`, without secrets and private paths. The
 * same plan gives the same file.
 *
 * @returns the SHA-256 of the file, by which runs refer to it.
 */
export async function writePlan(
  store: string,
  plan: Omit<StoredPlan, 'version' | 'runs'>,
  specs: readonly RunSpec[],
): Promise<string> {
  const runs = specs.map((spec) => ({ id: runId(spec), key: runKey(spec) }));
  const stored: StoredPlan = { version: 1, ...plan, runs };
  const clean = (key: string, value: unknown): unknown =>
    typeof value === 'string' && !digests.has(key) ? redact(value) : value;
  const text = `${JSON.stringify(stored, clean, 2)}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  await makeStore(store);
  await replaceFile(join(plansFolder(store), `${plan.experiment}-${sha256.slice(0, 12)}.json`), text);
  return sha256;
}

/** The folder of a store's plans. */
export const plansFolder = (store: string): string => join(store, storeFolders.plans);

const referringSchema = z.object({ experiment: z.string(), runs: z.array(z.object({ id: z.string() })) });

/** The IDs of the runs that the newest plan of each experiment refers to. @throws RunFileError as `latestPlans`. */
export async function plannedLately(store: string): Promise<Set<string>> {
  return new Set([...(await latestPlans(store)).values()].flat());
}

/**
 * By experiment, the IDs of the runs of its newest plan; a plan that was started again is new.
 *
 * @throws RunFileError if a plan cannot be read.
 */
export async function latestPlans(store: string): Promise<Map<string, string[]>> {
  const folder = plansFolder(store);
  const names = (await namesIn(folder)).filter((name) => /^[^.].*\.json$/.test(name));
  const newest = new Map<string, { startedAt: number; ids: string[] }>();
  for (const name of names) {
    const { experiment, runs } = await readJson(folder, name, referringSchema);
    const { mtimeMs: startedAt } = await stat(join(folder, name));
    if (startedAt >= (newest.get(experiment)?.startedAt ?? 0))
      newest.set(experiment, { startedAt, ids: runs.map(({ id }) => id) });
  }
  return new Map([...newest].map(([experiment, { ids }]) => [experiment, ids]));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
