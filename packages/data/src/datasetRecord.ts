import { z } from 'zod';
import type { DatasetFacts } from './dataset.ts';
import { datasetNamed, datasetNames, type DatasetName } from './datasets.ts';
import { isWhole } from './ilsvrc/whole.ts';
import {
  isLayout,
  layoutNamed,
  layoutNames,
  surveyedSchema,
  type SurveyedDataset,
} from './surveyed/surveyedDataset.ts';

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

/** Data sets that others make claims about, by their names in configs. */
export const claimedNames = [...datasetNames, ...layoutNames] as const;

/**
 * What a data set is called beside others: its name in configs, if others make claims about it, else its title. A part of a
 * published data set is not called as the whole is: what is claimed of that is not claimed of it.
 */
export function nameOfDataset(dataset: DatasetRef | DatasetBrief | DatasetRecord): string {
  if (typeof dataset === 'string') return dataset;
  if ('name' in dataset) return dataset.name;
  const { layout, title } = dataset;
  if (layout !== undefined && isWhole(countsOf(dataset))) return layout;
  return isClaimed(title) ? `the folder ${title}` : title;
}

const isClaimed = (name: string): boolean => claimedNames.some((one) => one === name);

/** The title of a data set by its name, as `nameOfDataset` gives it. */
export function datasetTitle(name: string): string {
  if (isLayout(name)) return layoutNamed(name).title;
  const published = datasetNames.find((one) => one === name);
  return published === undefined ? name : datasetNamed(published).title;
}
