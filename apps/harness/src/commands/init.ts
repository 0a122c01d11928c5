import { dirname, relative, resolve } from 'node:path';
import { exists, exitCodes, InputError, writeFileAtomic } from '@bit-repro/artifacts';
import { describeImages } from '@bit-repro/data';
import { ConfigError, loadExperiment, modelNamed, modelNames } from '@bit-repro/experiment';
import type { CommandContext } from '@bit-repro/terminal';
import { describedInWords } from '../describedInWords.ts';
import { withTemporaryFolder } from './temporaryFolder.ts';
import { writtenExperiment } from './writtenExperiment.ts';

export interface InitOptions {
  folder?: string;
  model?: string;
  shots?: string;
  seeds?: string;
}

const defaults = { model: 'BiT-M-R50x1', seeds: '5' };
/** Those of the paper's figure, and one beyond. */
const usualShots = [1, 5, 10];

/**
 * Writes an experiment on a folder of images, with comments. What the options do not say is asked at the terminal; without
 * one, it has its default.
 *
 * @throws InputError if there is no folder to take, an answer is not a possible one, or the file exists.
 */
export async function init(
  config: string | undefined,
  options: InitOptions,
  context: CommandContext,
): Promise<number> {
  const { print, askFor = (_: string, preset: string) => Promise.resolve(preset) } = context;
  const folder = options.folder ?? (await askFor('Folder of images, with one folder for each class', ''));
  if (folder === '') {
    throw new InputError('No folder of images was named', 'Name it with --folder.');
  }
  const dataset = await describeImages({ folder: resolve(folder) });
  const file = resolve(config ?? `${slugOf(dataset.title)}.yaml`);
  if (/\p{Cc}/u.test(file)) {
    throw new InputError(`The name ${JSON.stringify(file)} has control characters`, 'Name another file.');
  }
  if (await exists(file)) {
    throw new InputError(`${file} exists already`, 'Name another file, or remove it.');
  }
  print(describedInWords(dataset));
  const model = options.model ?? (await askFor('Published network, for GPUs', defaults.model));
  requireModel(model);
  const possible = usualShots.filter((count) => count <= dataset.smallestClass).join(', ');
  const shots = options.shots ?? (await askFor('Training images per class; `all` for every image', possible));
  const seeds =
    options.seeds ?? (await askFor('Seeds, each with training images of its own', defaults.seeds));
  const text = writtenExperiment({
    name: slugOf(dataset.title),
    file: shownPath(file),
    folder: relative(dirname(file), resolve(folder)) || '.',
    dataset,
    model,
    shots: shots.split(/[\s,]+/).filter((word) => word !== ''),
    seeds,
  });
  await requireValid(text, resolve(folder));
  await writeFileAtomic(file, text);
  print(`wrote ${shownPath(file)}; to run it:\n\n  npx harness run ${shownPath(file)}`);
  return exitCodes.done;
}

/** Loads the experiment from another place, so that nothing is written if an answer is not a possible one. */
const requireValid = (text: string, folder: string): Promise<void> =>
  withTemporaryFolder('init', async (place) => {
    const trial = resolve(place, 'experiment.yaml');
    await writeFileAtomic(trial, text);
    await loadExperiment(trial, { set: [`dataset.folder=${JSON.stringify(folder)}`] }).catch(
      (cause: unknown) => {
        if (!(cause instanceof ConfigError)) throw cause;
        const { key, expected, found, remedy } = cause.problems[0]!;
        throw new InputError(`${key}: expected ${expected}, found ${found}`, remedy, { cause });
      },
    );
  });

function requireModel(model: string): void {
  const published = modelNames.filter((name) => modelNamed(name).weights === 'published');
  if (published.includes(model)) return;
  throw new InputError(
    `There is no published network ${model}`,
    `Name one of ${published.join(', ')}; BiT-mini is in the experiment anyway.`,
  );
}

/** A path as a shell takes it, relative to the current folder if it is below. */
function shownPath(file: string): string {
  const below = relative(process.cwd(), file);
  const shown = below.startsWith('..') ? file : below;
  return /^[\w./~:@%+-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}

/** As the names of experiments are: lower-case letters and digits, with single hyphens between them. */
const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 64)
    .replace(/-$/, '') || 'images';
