import { InputError } from '@bit-repro/artifacts';
import { architectureNamed, type Architecture } from '../architecture.ts';
import { npzTensors } from '../npz/npzTensors.ts';
import { headBias, headKernel, parameterShapes, type ParameterShape, type Weights } from '../parameters.ts';
import { inRowMajor, requireFinite } from '../stored/elements.ts';
import { about, type StoredTensor } from '../stored/storedTensor.ts';
import { withZip } from '../stored/zip.ts';
import { closestArchitecture, identifyArchitecture, requireTensors, type Network } from './compare.ts';
import { axesOf, published, recognise, type Naming } from './naming.ts';
import { withWeightsFile, type Format } from './open.ts';

export interface ReadOptions {
  /** Every tensor that the file must contain; others are not allowed. */
  expect: readonly ParameterShape[];
  /** Tensors that are optional and not read. */
  skip?: (name: string) => boolean;
}

/** Limits the memory that a file can request. The largest head in the paper has 29,593 classes (JFT-300M). */
const maxClasses = 100_000;

/**
 * Reads tensors from an npz file (zip, stored or deflated; npy 1.0 to 3.0; float16, float32 or float64 in any
 * byte and index order) as float32. Names, types, shapes and sizes are checked before the first element is
 * read. Memory is limited to that of the requested tensors plus one of them.
 *
 * @throws InputError if the file is damaged, has other tensors than expected, or numbers that are not finite;
 * OutsideError if it cannot be read.
 */
export const readNpz = (file: string, options: ReadOptions): Promise<Weights> =>
  withNpz(file, options, (wanted, tensors) => readParameters(file, wanted, tensors, published));

/**
 * Checks what `readNpz` checks before reading the elements: names, types, shapes and sizes. @throws
 * InputError
 */
export const checkNpz = (file: string, options: ReadOptions): Promise<void> =>
  withNpz(file, options, () => Promise.resolve());

async function withNpz<T>(
  file: string,
  { expect, skip = () => false }: ReadOptions,
  use: (wanted: ParameterShape[], tensors: readonly StoredTensor[]) => Promise<T>,
): Promise<T> {
  return withZip(file, async (members) => {
    const tensors = await npzTensors(file, members, skip);
    const wanted = expect.filter(({ name }) => !skip(name));
    requireTensors(file, wanted, tensors);
    return use(wanted, tensors);
  });
}

/**
 * Reads a network from a file of any format and naming, under the published names and in float32: with the
 * head in the file, whatever its number of classes, or without a head. Memory is limited as in `readNpz`.
 *
 * @throws InputError if the file is damaged, holds another network, or numbers that are not finite;
 * OutsideError if it cannot be read.
 */
export async function readWeights(
  file: string,
  architecture: Architecture,
  { head }: { head: 'stored' | 'none' },
): Promise<{ weights: Weights; classes: number }> {
  return withWeightsFile(file, async (contents) => {
    const { naming, tensors } = recognise(contents.tensors);
    if (head === 'none') {
      const { wanted, body } = bodyOf(file, architecture, naming, tensors);
      return { weights: await readParameters(file, wanted, body, naming), classes: 0 };
    }
    const biasName = naming.nameOf(headBias);
    const classes = tensors.find(({ name }) => name === biasName)?.shape[0] ?? 0;
    if (classes > maxClasses) {
      throw new InputError(
        `Expected a head of at most ${maxClasses} classes in ${file}, found ${classes}`,
        'The file does not contain BiT weights. Use another.',
      );
    }
    const wanted = parameterShapes(architecture, classes);
    requireTensors(file, wanted, tensors, naming);
    return { weights: await readParameters(file, wanted, tensors, naming), classes };
  });
}

/**
 * Checks what `readWeights` checks before reading the elements, apart from the head. @throws InputError;
 * OutsideError
 */
export async function requireNetwork(file: string, architecture: Architecture): Promise<void> {
  await withWeightsFile(file, (contents) => {
    const { naming, tensors } = recognise(contents.tensors);
    bodyOf(file, architecture, naming, tensors);
    return Promise.resolve();
  });
}

/** The parameters of a network without its head, and their tensors. @throws InputError */
function bodyOf(
  file: string,
  architecture: Architecture,
  naming: Naming,
  tensors: readonly StoredTensor[],
): { wanted: ParameterShape[]; body: readonly StoredTensor[] } {
  const heads = [headKernel, headBias];
  const headNames = heads.map(naming.nameOf);
  const wanted = parameterShapes(architecture, 0).filter(({ name }) => !heads.includes(name));
  const body = tensors.filter(({ name }) => !headNames.includes(name));
  requireTensors(file, wanted, body, naming);
  return { wanted, body };
}

/**
 * Reads whichever network is in a file, with its head if it has one, otherwise as `readWeights`.
 *
 * @throws InputError, for tensors that fit no architecture by what sets them apart from the closest.
 */
export async function readNetwork(file: string): Promise<{ weights: Weights; architecture: string }> {
  const { architecture, classes } = await withWeightsFile(file, (contents) => {
    const { naming, tensors } = recognise(contents.tensors);
    return Promise.resolve(closestArchitecture(tensors, naming));
  });
  const head = classes === undefined ? 'none' : 'stored';
  const { weights } = await readWeights(file, architectureNamed(architecture), { head });
  return { weights, architecture };
}

/** What a weights file contains, apart from the elements. */
export interface WeightsFile {
  format: Format;
  /** Whose names its tensors have. */
  library: string;
  tensors: readonly Pick<StoredTensor, 'name' | 'shape' | 'type'>[];
  /** Absent if the tensors fit no architecture. */
  network?: Network;
}

/** Tells what is in a weights file. @throws InputError if it is damaged; OutsideError if it cannot be read. */
export async function describeWeights(file: string): Promise<WeightsFile> {
  return withWeightsFile(file, ({ format, tensors: stored }) => {
    const { naming, tensors } = recognise(stored);
    const network = identifyArchitecture(tensors, naming);
    return Promise.resolve({
      format,
      library: naming.library,
      tensors: stored.map(({ name, shape, type }) => ({ name, shape, type })),
      ...(network === undefined ? {} : { network }),
    });
  });
}

async function readParameters(
  file: string,
  wanted: readonly ParameterShape[],
  tensors: readonly StoredTensor[],
  naming: Naming,
): Promise<Weights> {
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const { name, shape } of wanted) {
    const tensor = stored.get(naming.nameOf(name))!;
    const strides = axesOf(naming, { shape }).map((axis) => tensor.strides[axis]!);
    const data = await about(file, tensor.name, async () => {
      const values = inRowMajor(await tensor.read(), shape, strides);
      requireFinite(values, shape);
      return values;
    });
    weights.set(name, { shape, data });
  }
  return weights;
}
