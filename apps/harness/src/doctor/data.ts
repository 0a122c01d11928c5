import { exists, ExplainedError, isReachable, fine, wrong, type Finding } from '@bit-repro/artifacts';
import {
  datasetFolder,
  datasetNamed,
  datasetNames,
  datasetOrigins,
  layoutNames,
  readDataset,
  type DatasetName,
} from '@bit-repro/data';
import { findModel, listWeights } from '@bit-repro/model';
import { weightsLock } from '@bit-repro/runs';
import { examineImageFiles } from './imageFiles.ts';

/** The data sets and the published weights: what is in the cache, and whether their sources answer. */
export async function examineData(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of datasetNames) findings.push(await examineDataset(name), await examineOrigins(name));
  for (const layout of layoutNames) findings.push(await examineImageFiles(layout));
  return [...findings, await examineWeights()];
}

async function examineDataset(name: DatasetName): Promise<Finding> {
  const { title, sha1 } = datasetNamed(name);
  const folder = datasetFolder(name);
  if (!(await exists(folder))) return fine(title, `not fetched yet: \`npx harness provision ${name}\``);
  try {
    const files = await readDataset(name, { folder });
    const count = Object.keys(files).length;
    return fine(
      title,
      sha1 === undefined
        ? `its ${count} files are there; no sums of them are published`
        : `all ${count} files match their SHA-1`,
    );
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return wrong(title, 'damaged', error.message, error.remedy);
  }
}

async function examineOrigins(name: DatasetName): Promise<Finding> {
  const answers = (await datasetOrigins(name)).map(
    (origin) => `${origin.name} ${origin.isReachable ? 'answers' : 'does not answer'}`,
  );
  return fine('Fetched from', answers.join(', '));
}

async function examineWeights(): Promise<Finding> {
  const cached = (await listWeights({ lockFile: weightsLock })).filter(({ state }) => state === 'cached');
  const names = cached.map(({ model }) => model.name).join(', ') || 'none';
  const reached = await isReachable(findModel('BiT-M-R50x3').url);
  const host = reached ? 'answers' : 'does not answer: the paper profile cannot fetch them here';
  return fine('Weights', `${names} in the cache; their host ${host}`);
}
