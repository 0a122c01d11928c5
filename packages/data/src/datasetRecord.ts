import { z } from 'zod';
import type { DatasetFacts } from './dataset.ts';
import { datasetNamed, datasetNames, type DatasetName } from './datasets.ts';
import { folderSchema, type FolderDataset } from './folder/folderDataset.ts';

/** The data set of a run before its files are read: a published one by its name, or a folder of images. */
export const datasetRefSchema = z.union([z.enum(datasetNames), folderSchema]);
export type DatasetRef = DatasetName | FolderDataset;

export const factsOf = (ref: DatasetRef): DatasetFacts => (typeof ref === 'string' ? datasetNamed(ref) : ref);

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
  folderSchema.extend({ manifest: sha256, inBoth: z.int().min(0) }),
]);
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

/** A published data set, with the checksums that are published of its files. */
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
