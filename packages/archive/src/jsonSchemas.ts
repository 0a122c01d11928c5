import { z } from 'zod';
import { archiveManifestSchema, manifestName } from './manifest.ts';
import {
  heartbeatSchema,
  provenanceSchema,
  runErrorSchema,
  runEventSchema,
  runFiles,
  runResultSchema,
  runSpecSchema,
  runTimingSchema,
  sealSchema,
} from '@bit-repro/runs';

/** The JSON Schemas of the files of a run and of an archive, by the name of their file in `docs/schema/`. */
export function storeSchemas(): Record<string, object> {
  const schemas: [string, string, z.ZodType][] = [
    [runFiles.spec, 'What a run computes', runSpecSchema],
    [runFiles.provenance, 'Which code made a run, on what machine', provenanceSchema],
    [runFiles.result, 'What a run came to', runResultSchema],
    [runFiles.timing, 'What a run took', runTimingSchema],
    [runFiles.seal, 'What the files of a run were when it was done', sealSchema],
    [runFiles.error, 'Why a run failed', runErrorSchema],
    [runFiles.heartbeat, 'What a worker says of itself while it runs', heartbeatSchema],
    [runFiles.events, 'One line of events.jsonl', runEventSchema],
    [manifestName, 'What an archive of runs holds', archiveManifestSchema],
  ];
  return Object.fromEntries(
    schemas.map(([file, title, schema]) => [
      `${file.slice(0, file.lastIndexOf('.'))}.schema.json`,
      { ...z.toJSONSchema(schema, { target: 'draft-07' }), title },
    ]),
  );
}
