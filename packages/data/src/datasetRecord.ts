import { z } from 'zod';
import type { DatasetFacts } from './dataset.ts';
import { datasetNamed, datasetNames, type DatasetName } from './datasets.ts';
import { folderSchema, type FolderDataset } from './folder/folderDataset.ts';

/** The data set of a run before its files are read: a published one by its name, or a folder of images. */
export const datasetRefSchema = z.union([z.enum(datasetNames), folderSchema]);
export type DatasetRef = DatasetName | FolderDataset;

export const factsOf = (ref: DatasetRef): DatasetFacts => (typeof ref === 'string' ? datasetNamed(ref) : ref);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The data set of a run as its specification has it, with checksums of all that is read. */
export const datasetRecordSchema = z.union([
  z.strictObject({ name: z.enum(datasetNames), sha1: z.record(z.string(), z.string()) }),
  folderSchema.extend({ manifest: sha256, inBoth: z.int().min(0) }),
]);
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

/** A published data set, whose checksums are known without its files. */
export const publishedRecord = (name: DatasetName): DatasetRecord => ({
  name,
  sha1: { ...datasetNamed(name).sha1 },
});

/** The data set that a specification is of. */
export function refOf(record: DatasetRecord): DatasetRef {
  if ('name' in record) return record.name;
  const { manifest: _, inBoth: __, ...folder } = record;
  return folder;
}
