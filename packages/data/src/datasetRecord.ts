import { z } from 'zod';
import type { DatasetFacts } from './dataset.ts';
import { datasetNamed, datasetNames, type DatasetName } from './datasets.ts';
import { isWhole } from './ilsvrc/whole.ts';
import { surveyedSchema, type LayoutName, type SurveyedDataset } from './surveyed/surveyedDataset.ts';

/** The data set of an experiment before its files are read: a published one by its name, or image files. */
export const datasetRefSchema = z.union([z.enum(datasetNames), surveyedSchema]);
export type DatasetRef = DatasetName | SurveyedDataset;

export const factsOf = (ref: DatasetRef): DatasetFacts => (typeof ref === 'string' ? datasetNamed(ref) : ref);

/** Without the names of the classes: a thousand of them are too much for each run. */
const briefSchema = surveyedSchema.omit({ classes: true }).extend({ classCount: z.int().min(2) });

/** The data set of a run. */
export const datasetBriefSchema = z.union([z.enum(datasetNames), briefSchema]);
export type DatasetBrief = DatasetName | Readonly<z.infer<typeof briefSchema>>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const md5 = z.string().regex(/^[0-9a-f]{32}$/);

/** The data set of a run as its specification has it, with checksums of all that is read. */
export const datasetRecordSchema = z.union([
  z.strictObject({
    name: z.enum(datasetNames),
    sha1: z.record(z.string(), z.string()),
    /**
     * Where no sums of the files are published: that of the archive, if they are from it. Not part of a run's key.
     */
    archiveMd5: md5.exactOptional(),
  }),
  briefSchema.extend({ manifest: sha256, inBoth: z.int().min(0) }),
]);
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

/** A published data set, with the checksums that are published of its files. */
export const publishedRecord = (name: DatasetName): DatasetRecord => ({
  name,
  sha1: { ...datasetNamed(name).sha1 },
});

export function briefOf(ref: DatasetRef): DatasetBrief {
  if (typeof ref === 'string') return ref;
  const { classes, ...brief } = ref;
  return { ...brief, classCount: classes.length };
}

/** What is known of a data set but for the names of its classes. */
export type DatasetCounts = Omit<DatasetFacts, 'classes'> & { classCount: number };

export function countsOf(dataset: DatasetRef | DatasetBrief | DatasetRecord): DatasetCounts {
  if (typeof dataset === 'string') return countsOf(publishedRecord(dataset));
  if ('classCount' in dataset) return dataset;
  const { classes, ...counts } = 'name' in dataset ? datasetNamed(dataset.name) : dataset;
  return { ...counts, classCount: classes.length };
}

/**
 * The name by which others make claims about a data set; undefined for a folder, and for a part of a data set: what is
 * claimed of the whole is not claimed of it.
 */
export function claimedName(dataset: DatasetBrief): DatasetName | LayoutName | undefined {
  if (typeof dataset === 'string') return dataset;
  return dataset.layout !== undefined && isWhole(dataset) ? dataset.layout : undefined;
}
