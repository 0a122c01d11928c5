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
  telemetrySampleSchema,
} from '@bit-repro/runs';

/** The JSON Schemas of the files of a run and of an archive, by their file name in `docs/schema/`. */
export function storeSchemas(): Record<string, object> {
  const schemas: [string, string, z.ZodType][] = [
    [runFiles.spec, 'Specification of a run', runSpecSchema],
    [runFiles.provenance, 'Code and machine that made a run', provenanceSchema],
    [runFiles.result, 'Result of a run', runResultSchema],
    [runFiles.timing, 'Times and resources of a run', runTimingSchema],
    [runFiles.seal, 'Sizes and digests of the files of a finished run', sealSchema],
    [runFiles.error, 'Error of a failed run', runErrorSchema],
    [runFiles.heartbeat, 'Heartbeat of a worker', heartbeatSchema],
    [runFiles.events, 'One line of events.jsonl', runEventSchema],
    [runFiles.telemetry, 'One line of telemetry.jsonl', telemetrySampleSchema],
    [manifestName, 'Manifest of an archive of runs', archiveManifestSchema],
  ];
  return Object.fromEntries(
    schemas.map(([file, title, schema]) => [
      `${file.slice(0, file.lastIndexOf('.'))}.schema.json`,
      { ...z.toJSONSchema(schema, { target: 'draft-07' }), title },
    ]),
  );
}
