import type { z } from 'zod';
import { runEventSchema, telemetrySampleSchema, type RunEvent, type TelemetrySample } from './records.ts';

/** Longer than any event. */
const mostLineBytes = 64 * 1024;

/** Parses a line of `events.jsonl`; undefined if it is not an event. */
export const parseEvent = (line: string): RunEvent | undefined => parseLine(line, runEventSchema);

/** Parses a line of `telemetry.jsonl`; undefined if it is not a sample. */
export const parseSample = (line: string): TelemetrySample | undefined =>
  parseLine(line, telemetrySampleSchema);

function parseLine<T>(line: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * Parses the content of `events.jsonl` one event at a time, because a long file does not fit into a string.
 */
export function* eventsIn(content: Buffer): Generator<{ line: number; event: RunEvent | undefined }> {
  let line = 0;
  for (let start = 0; start < content.length;) {
    line += 1;
    const found = content.indexOf('\n', start);
    const end = found === -1 ? content.length : found;
    const isShort = end - start <= mostLineBytes;
    yield { line, event: isShort ? parseEvent(content.toString('utf8', start, end)) : undefined };
    start = end + 1;
  }
}
