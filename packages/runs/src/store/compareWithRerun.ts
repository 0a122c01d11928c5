import { isDeepStrictEqual } from 'node:util';
import { flatten } from './flatten.ts';
import type { RunRecord } from './records.ts';

/** How a run that was carried out again compares with the original. */
export interface RerunComparison {
  /** What differs between the results, with both values; empty if they are the same but for the key. */
  differences: string[];
  /** How the code that decides results was another; empty if it was the same. */
  otherCode: string;
  /** How the machine or its engine was another; empty if they were the same. */
  otherMachine: string;
}

/** Compares a run's result with that of the same run, carried out again. What earlier code did not record is not compared. */
export function compareWithRerun(original: RunRecord, again: RunRecord): RerunComparison {
  const otherCode = differing({ sources: original.spec.sources }, { sources: again.spec.sources }).join('; ');
  const areRecorded = [original, again].every(({ result }) => result.predictionsSha256 !== undefined);
  const comparable = ({ result: { key, predictionsSha256, ...rest } }: RunRecord): object =>
    areRecorded || otherCode === '' ? { ...rest, predictionsSha256 } : rest;
  return {
    differences: differing(comparable(original), comparable(again)),
    otherCode,
    otherMachine: differing(machineOf(original), machineOf(again)).join('; '),
  };
}

/** What may change the last bits of a result. */
function machineOf({ spec: { engine }, provenance, timing }: RunRecord): object {
  const { platform, cpu, cores } = timing.host ?? provenance.host;
  const { engineSha256, versions } = provenance;
  return { engine, engineSha256, platform, cpu, cores, node: versions.node };
}

/** The values that differ, by path. */
function differing(one: object, other: object): string[] {
  const [left, right] = [flatten(one), flatten(other)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => !isDeepStrictEqual(left.get(key), right.get(key)))
    .map((key) => `${key} ${short(left.get(key))}, now ${short(right.get(key))}`);
}

/** Long lists and digests are cut. */
function short(value: unknown): string {
  const text = value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 12)}…` : text;
}
