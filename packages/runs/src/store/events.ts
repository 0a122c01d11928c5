import { runEventSchema, type RunEvent } from './records.ts';

/** Longer than any event. */
const mostLineBytes = 64 * 1024;

/** An event from a line of `events.jsonl`; nothing where it is none. */
export function parseEvent(line: string): RunEvent | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The events in the content of `events.jsonl`, one by one: all of a long file is more than a string can hold. */
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
