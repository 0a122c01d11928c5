import { nameOfDataset, type DatasetRecord, type DatasetRef } from '@bit-repro/data';

/** Records of data sets by their names, one after the other: each may be large. */
export async function datasetsByName(
  datasets: readonly DatasetRef[],
  recordOf: (dataset: DatasetRef) => Promise<DatasetRecord>,
): Promise<Map<string, DatasetRecord>> {
  const records = new Map<string, DatasetRecord>();
  for (const dataset of datasets) records.set(nameOfDataset(dataset), await recordOf(dataset));
  return records;
}
