import { basename } from 'node:path';
import { checkEvents } from './checkEvents.ts';
import { RunFileError } from './errors.ts';
import { parseJson, readJson, readRunFile, readRunFileIfThere } from './readFile.ts';
import {
  provenanceSchema,
  runFiles,
  runResultSchema,
  runSpecSchema,
  runTimingSchema,
  sealSchema,
  type RunRecord,
  type RunSpec,
  type Seal,
} from './records.ts';
import { runKey } from './runKey.ts';
import { readPredictions } from './readPredictions.ts';
import { requireSealed, sha256Of, type Scrutiny } from './seal.ts';

/**
 * Reads a finished run and checks its files against the schemas, the run that the folder is named after and
 * its seal, and its result against its events and predictions.
 *
 * @throws RunFileError if a file is missing, altered, of another version, or unreadable.
 */
export async function readRecord(folder: string, scrutiny: Scrutiny = 'everything'): Promise<RunRecord> {
  const { spec: specName, result: resultName, timing: timingName, provenance: provenanceName } = runFiles;
  const contents = new Map<string, Buffer>();
  for (const name of [specName, resultName, timingName, provenanceName]) {
    contents.set(name, await readRunFile(folder, name));
  }
  const parse = <Schema extends Parameters<typeof parseJson>[2]>(name: string, schema: Schema) =>
    parseJson(name, contents.get(name)!, schema);
  // First, so that a run of another version is reported as such, whatever else is wrong with it.
  const spec = parse(specName, runSpecSchema);
  const timing = parse(timingName, runTimingSchema);
  const digest = sha256Of(contents.get(resultName)!);
  if (digest !== timing.resultSha256) {
    throw new RunFileError(
      'damaged',
      `${resultName} was altered: expected sha256 ${timing.resultSha256}, found ${digest}`,
    );
  }
  const provenance = parse(provenanceName, provenanceSchema);
  const result = parse(resultName, runResultSchema);
  if (result.key !== runKey(spec)) throw new RunFileError('damaged', 'its result belongs to another run');
  const seal = await readSeal(folder, timing.sealed === true);
  if (seal !== undefined) {
    if (seal.key !== result.key) throw new RunFileError('damaged', 'its seal belongs to another run');
    await requireSealed(folder, seal, contents, scrutiny);
  }
  if (scrutiny !== 'glance') {
    const events = await readRunFileIfThere(folder, runFiles.events);
    if (events !== undefined) checkEvents(events, result);
    await readPredictions(folder, result);
  }
  return { id: basename(folder), folder, spec, provenance, result, timing, isSealed: seal !== undefined };
}

/** @throws RunFileError if the specification is missing, damaged, of another version, or unreadable. */
export const readSpec = (folder: string): Promise<RunSpec> => readJson(folder, runFiles.spec, runSpecSchema);

async function readSeal(folder: string, isExpected: boolean): Promise<Seal | undefined> {
  const bytes = await readRunFileIfThere(folder, runFiles.seal);
  if (bytes !== undefined) return parseJson(runFiles.seal, bytes, sealSchema);
  if (!isExpected) return undefined;
  throw new RunFileError('unfinished', `${runFiles.seal} is missing: the run ended before it was sealed`);
}
