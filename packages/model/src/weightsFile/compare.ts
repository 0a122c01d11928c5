import { InputError } from '@bit-repro/artifacts';
import { architectureNamed, architectureNames } from '../architecture.ts';
import { headBias, headKernel, parameterShapes, type ParameterShape } from '../parameters.ts';
import { printable } from '../stored/printable.ts';
import { published, storedAs, type Naming } from './naming.ts';

/** Maximum number of differences in an error. */
const shownProblems = 6;

/** A network by the tensors of a file. `classes` is absent if it has no head. */
export interface Network {
  architecture: string;
  classes?: number;
}

/**
 * Checks that a file has exactly the expected tensors, in any order. `expected` has the published names,
 * `found` those of `naming`.
 *
 * @throws InputError naming missing, unexpected and misshapen tensors as the file does, and the architecture
 * that the file does fit.
 */
export function requireTensors(
  file: string,
  expected: readonly ParameterShape[],
  found: readonly ParameterShape[],
  naming = published,
): void {
  const wanted = expected.map((parameter) => storedAs(naming, parameter));
  const problems = differences(wanted, found);
  if (problems.length === 0) return;
  const more = problems.length > shownProblems ? `; and ${problems.length - shownProblems} more` : '';
  const fit = identifyArchitecture(found, naming);
  const asked = identifyArchitecture(wanted, naming);
  if (fit !== undefined && asked !== undefined && fit.architecture !== asked.architecture) {
    throw new InputError(
      `Expected weights of ${asked.architecture} in ${file}, found ${networkInWords(fit)}`,
      `Use the architecture ${fit.architecture}, or another file.`,
    );
  }
  throw new InputError(
    `Expected the ${expected.length} tensors of the network in ${file}, found ${found.length}: ` +
      problems.slice(0, shownProblems).join('; ') +
      more,
    fit === undefined || asked === undefined
      ? remedyForNames(found)
      : `The file holds ${fit.architecture} ${headOf(fit)}: use one ${headOf(asked)}.`,
  );
}

/** Weights of a network, in words. */
export const networkInWords = (network: Network): string =>
  `those of ${network.architecture} ${headOf(network)}`;

const headOf = ({ classes }: Network): string =>
  classes === undefined ? 'without a head' : `with a head of ${classes} classes`;

function remedyForNames(found: readonly ParameterShape[]): string {
  const renamed = found.map(({ name, shape }) => ({ name: publishedName(name), shape }));
  const other = identifyArchitecture(renamed);
  const index = found.findIndex(({ name }) => name !== publishedName(name));
  if (other === undefined || index === -1) return 'The file fits no architecture of BiT: use another file.';
  return `The file holds ${other.architecture} ${headOf(other)} under other names: rename its tensors, for example ${printable(found[index]!.name)} to ${renamed[index]!.name}.`;
}

/**
 * The published name from which another library derived its name, without that library's prefix and suffix.
 */
function publishedName(name: string): string {
  const bare = name.replace(/:0$/, '');
  const start = bare.indexOf('resnet/');
  return start === -1 ? `resnet/${bare}` : bare.slice(start);
}

/**
 * The architecture with exactly these tensors, apart from the head, and the number of classes of the head.
 */
export function identifyArchitecture(
  tensors: readonly ParameterShape[],
  naming: Naming = published,
): Network | undefined {
  const { problems, ...network } = closestArchitecture(tensors, naming);
  return problems === 0 ? network : undefined;
}

/** The architecture with the fewest differences from these tensors, apart from the head. */
export function closestArchitecture(
  tensors: readonly ParameterShape[],
  naming: Naming,
): Network & { problems: number } {
  const [kernel, bias] = [headKernel, headBias].map(naming.nameOf);
  const isBody = ({ name }: ParameterShape): boolean => name !== kernel && name !== bias;
  const body = tensors.filter(isBody);
  const [closest] = architectureNames
    .map((architecture) => {
      const expected = parameterShapes(architectureNamed(architecture), 0)
        .map((parameter) => storedAs(naming, parameter))
        .filter(isBody);
      return { architecture, problems: differences(expected, body).length };
    })
    .sort((a, b) => a.problems - b.problems);
  const classes = tensors.find(({ name }) => name === bias)?.shape[0];
  return { ...closest!, ...(classes === undefined ? {} : { classes }) };
}

function differences(expected: readonly ParameterShape[], found: readonly ParameterShape[]): string[] {
  const rest = new Map(found.map(({ name, shape }) => [name, shape]));
  const problems: string[] = [];
  for (const { name, shape } of expected) {
    const actual = rest.get(name);
    rest.delete(name);
    if (actual === undefined) problems.push(`no tensor ${name} of shape [${shape.join(', ')}]`);
    else if (actual.join() !== shape.join()) {
      problems.push(`tensor ${name} of shape [${actual.join(', ')}] instead of [${shape.join(', ')}]`);
    }
  }
  const unexpected = [...rest].map(
    ([name, shape]) => `an unexpected tensor ${printable(name)} of shape [${shape.join(', ')}]`,
  );
  return [...problems, ...unexpected];
}
