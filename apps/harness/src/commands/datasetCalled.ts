import { InputError } from '@bit-repro/artifacts';
import { datasetNames, type DatasetName } from '@bit-repro/data';

/** A published data set by the name that the user typed. @throws InputError */
export function datasetCalled(typed: string): DatasetName {
  const name = datasetNames.find((one) => one === typed);
  if (name !== undefined) return name;
  throw new InputError(
    `The data set must be one of ${datasetNames.join(', ')}, but it is ${typed}`,
    'Correct the name.',
  );
}
