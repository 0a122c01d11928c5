import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { digestFile, InputError, writeFileAtomic, workspaceRoot } from '@bit-repro/artifacts';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { z } from 'zod';
import { readJson, provenanceSchema, runFiles, toJson } from '@bit-repro/runs';
import {
  upstreamFiles,
  upstreamResultSchema,
  upstreamSpecSchema,
  type UpstreamProvenance,
} from './records.ts';

const timingSchema = z.object({ finishedAt: z.iso.datetime(), seconds: z.number() });

/**
 * Replaces the network in this repository, and its provenance file, by that of a finished distillation.
 * Returns the path of the network.
 */
export async function adoptNetwork(folder: string): Promise<string> {
  const spec = await readJson(folder, runFiles.spec, upstreamSpecSchema);
  const result = await readJson(folder, runFiles.result, upstreamResultSchema);
  const provenance = await readJson(folder, runFiles.provenance, provenanceSchema);
  const { finishedAt, seconds } = await readJson(folder, runFiles.timing, timingSchema);
  const file = join(folder, upstreamFiles.network);
  const sha256 = await digestFile(file, 'sha256');
  if (sha256 !== result.network.sha256) {
    throw new InputError(
      `Expected ${file} with sha256 ${result.network.sha256}, found ${sha256}`,
      'The network was altered. Remove the folder and run the command again.',
    );
  }
  const record: UpstreamProvenance = {
    name: spec.name,
    madeAt: finishedAt,
    seconds,
    spec,
    result,
    provenance,
  };
  await writeFileAtomic(embeddedNetwork.file, await readFile(file));
  await writeFileAtomic(embeddedNetwork.provenanceFile, toJson(record));
  return relative(workspaceRoot, embeddedNetwork.file);
}
