import { dirname, resolve } from 'node:path';
import { exists, InputError } from '@bit-repro/artifacts';
import { describeWeights, networkInWords } from '@bit-repro/model';
import type { Experiment } from './experiment.ts';
import { modelNamed } from './models.ts';
import { writtenAt } from './writtenAt.ts';
import type { ConfigProblem, KeyPath, PlacedProblem } from './yaml/errors.ts';
import type { Place } from './yaml/yamlFile.ts';

/**
 * Checks that the weights files of an experiment hold the networks that it asks for, by the names and shapes of their
 * tensors. A file that is not here, and may be where the runs are planned, is no problem yet.
 *
 * @throws OutsideError if a file cannot be read.
 */
export async function checkWeightsFiles(
  { profiles, origin: { content }, file: config }: Experiment,
  placeOf: (path: KeyPath) => Place & { key: string },
): Promise<ConfigProblem[]> {
  const problems = new Map<string, ConfigProblem>();
  for (const { name, arms } of profiles) {
    for (const [index, { recipe }] of arms.entries()) {
      const { weights, model } = recipe;
      if (typeof weights === 'string' || !('file' in weights)) continue;
      const file = resolve(dirname(config), weights.file);
      const { architecture } = modelNamed(model);
      const place = placeOf([...writtenAt('weights', content, name, index)!, 'file']);
      const identity = [place.key, file, architecture].join('\0');
      if (problems.has(identity) || !(await exists(file))) continue;
      const problem = await problemOf(file, weights.file, architecture);
      if (problem !== undefined) problems.set(identity, { ...place, ...problem });
    }
  }
  return [...problems.values()];
}

async function problemOf(
  file: string,
  named: string,
  architecture: string,
): Promise<Omit<PlacedProblem, 'path'> | undefined> {
  const expected = `a file with weights of ${architecture}`;
  try {
    const { network } = await describeWeights(file);
    if (network?.architecture === architecture) return undefined;
    return network === undefined
      ? {
          expected,
          found: `${named}, whose tensors fit no architecture of BiT`,
          remedy: `\`npx harness weights show ${named}\` lists them. Name another file.`,
        }
      : {
          expected,
          found: `${networkInWords(network)} in ${named}`,
          remedy: `Write \`model: ${network.architecture}\`, or name another file.`,
        };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { expected, found: error.message, remedy: error.remedy };
  }
}
