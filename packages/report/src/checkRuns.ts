import { counted, ExplainedError } from '@bit-repro/artifacts';
import { countsOf, labelsAtHand, type DatasetLabels, type DatasetRecord } from '@bit-repro/data';
import {
  contradictionIn,
  readPredictions,
  readRunFileIfThere,
  runFiles,
  type RunRecord,
} from '@bit-repro/runs';
import type { NotCompared } from './notCompared.ts';

/** The labels of a data set's images. Throws an ExplainedError where they are not at hand. */
export type LabelsOf = (dataset: DatasetRecord) => Promise<DatasetLabels>;

/** From the cache, or the data set's folder; nothing is fetched. */
export { labelsAtHand };

/**
 * Holds each run of a report against its specification, its events and its data set.
 *
 * @returns what could not be compared.
 * @throws ExplainedError naming the first run whose files contradict each other.
 */
export async function checkRuns(records: readonly RunRecord[], labelsOf: LabelsOf): Promise<NotCompared[]> {
  const notCompared: NotCompared[] = [];
  const labels = new Map<string, DatasetLabels | undefined>();
  const datasets = new Map(records.map(({ spec: { dataset } }) => [JSON.stringify(dataset), dataset]));
  for (const [key, dataset] of datasets) {
    labels.set(
      key,
      await labelsOf(dataset).catch((error: unknown) => {
        if (!(error instanceof ExplainedError)) throw error;
        const { title } = countsOf(dataset);
        notCompared.push({
          what: `the training images and the classes of the test images with those of the data set (${title} is not on this machine${'name' in dataset ? '' : `, or not as it was: ${error.message}`})`,
          how:
            'name' in dataset
              ? 'fetch it with `npx harness provision` and verify again'
              : `put the images into ${dataset.folder} as they were and verify again`,
        });
        return undefined;
      }),
    );
  }
  const withoutEvents: string[] = [];
  for (const record of records) {
    const events = await readRunFileIfThere(record.folder, runFiles.events);
    if (events === undefined) withoutEvents.push(record.id);
    const contradiction = contradictionIn(record, {
      events,
      labels: labels.get(JSON.stringify(record.spec.dataset)),
      predictions: await readPredictions(record.folder, record.result),
    });
    if (contradiction === undefined) continue;
    throw new ExplainedError(
      `The run ${record.id} contradicts itself: ${contradiction}`,
      'It was altered. Run the experiment again, and make the report of it.',
    );
  }
  const [first] = withoutEvents;
  if (first !== undefined) {
    const which = counted(withoutEvents.length, 'run');
    notCompared.push({
      what: `the results of ${which} with the events of training (${runFiles.events} is missing, first in ${first})`,
      how: 'verify with the store that the runs were made in',
    });
  }
  return notCompared;
}
