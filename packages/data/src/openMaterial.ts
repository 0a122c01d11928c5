import type { DatasetFiles } from './dataset.ts';
import type { DatasetRecord } from './datasetRecord.ts';
import { datasetNamed } from './datasets.ts';
import type { DatasetImages } from './imageSource.ts';
import { StoredImages, type ImageReader } from './storedImages.ts';
import type { SurveyedImages } from './surveyed/surveyedDataset.ts';

/** What a run's images are made from: the files of a published data set, or a list of image files. */
export type DatasetMaterial = { files: DatasetFiles } | { images: SurveyedImages };

/** The images of a run, from what readRecorded has found. */
export function openMaterial(
  record: DatasetRecord,
  material: DatasetMaterial,
  reader: ImageReader,
): DatasetImages {
  if ('images' in material) {
    const { train, test } = material.images;
    return { train: new StoredImages(train, reader), test: new StoredImages(test, reader) };
  }
  if (!('name' in record)) throw new TypeError('Expected image files, found files of a data set');
  return datasetNamed(record.name).decode(material.files);
}
