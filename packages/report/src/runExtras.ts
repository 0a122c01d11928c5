import type { Predictions } from '@bit-repro/metrics';
import { decodePredictions } from '@bit-repro/trainer';
import PQueue from 'p-queue';
import { eventsIn, readRunFileIfThere, runFiles, type RunRecord, sha256Of } from '@bit-repro/runs';

/** What a report shows of a run beside its numbers, and by what its files are known. */
export interface RunExtras {
  /** SHA-256 of the files that the report was made from, by name; those that the run lacks are left out. */
  files: Record<string, string>;
  /** Loss of the training batch, by step. */
  losses: { step: number; loss: number }[];
  /** PNG of the training images. */
  picture?: Uint8Array;
  /** What it made of each test image. */
  predictions?: Predictions;
  /** PNG of its most confident mistakes, in a row. */
  mistakes?: Uint8Array;
}

/** From how many runs on losses, predictions and pictures are left out: a page could not show them. */
export const mostShown = 400;

/** Reads what a report needs of its runs beyond their records; a file that is not there is left out. */
export async function readExtras(records: readonly RunRecord[]): Promise<Map<string, RunExtras>> {
  const showsAll = records.length <= mostShown;
  const read = async (record: RunRecord): Promise<[string, RunExtras]> => [
    record.id,
    await readExtrasOf(record, showsAll),
  ];
  return new Map(await new PQueue({ concurrency: 16 }).addAll(records.map((record) => () => read(record))));
}

async function readExtrasOf(
  { folder, result: { predictionsSha256 } }: RunRecord,
  showsAll: boolean,
): Promise<RunExtras> {
  const { spec, provenance, result, timing, events, subset, predictions, mistakes } = runFiles;
  const shown = [events, subset, ...(predictionsSha256 === undefined ? [] : [predictions, mistakes])];
  const names = [spec, provenance, result, timing, ...(showsAll ? shown : [])];
  const contents = new Map<string, Buffer>();
  for (const name of names) {
    const content = await readRunFileIfThere(folder, name);
    if (content !== undefined) contents.set(name, content);
  }
  const [picture, picturedMistakes, predicted] = [subset, mistakes, predictions].map((name) =>
    contents.get(name),
  );
  return {
    files: Object.fromEntries([...contents].map(([name, content]) => [name, sha256Of(content)])),
    losses: lossesOf(contents.get(events) ?? Buffer.alloc(0)),
    ...(picture !== undefined && { picture }),
    ...(picturedMistakes !== undefined && { mistakes: picturedMistakes }),
    ...(predicted !== undefined && { predictions: await decodePredictions(predicted) }),
  };
}

/** The predictions of the runs, where they are at hand, by run id. */
export const predictionsIn = (extras?: ReadonlyMap<string, RunExtras>): Map<string, Predictions> =>
  new Map(
    [...(extras ?? [])].flatMap(([id, { predictions }]) =>
      predictions === undefined ? [] : [[id, predictions] as const],
    ),
  );

/** Steps that were done twice, after a crash, count once; a line cut short by one does not. */
function lossesOf(events: Buffer): RunExtras['losses'] {
  const losses = new Map<number, number>();
  for (const { event } of eventsIn(events)) if (event?.kind === 'step') losses.set(event.step, event.loss);
  return [...losses].sort(([one], [other]) => one - other).map(([step, loss]) => ({ step, loss }));
}
