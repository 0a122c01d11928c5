import { InputError } from '@bit-repro/artifacts';
import { architectureNamed, architectureNames } from '../architecture.ts';
import { headBias, headKernel, parameterShapes, type ParameterShape } from '../parameters.ts';
import { printable } from './zip.ts';

/** Maximum number of differences in an error. */
const shownProblems = 6;

/**
 * Checks that a file has exactly the expected tensors, in any order.
 *
 * @throws InputError naming missing, unexpected and misshapen tensors, and the architecture that the file
 * does fit.
 */
export function requireTensors(
  file: string,
  expected: readonly ParameterShape[],
  found: readonly ParameterShape[],
): void {
  const problems = differences(expected, found);
  if (problems.length === 0) return;
  const more = problems.length > shownProblems ? `; and ${problems.length - shownProblems} more` : '';
  throw new InputError(
    `Expected the ${expected.length} tensors of the network in ${file}, found ${found.length}: ` +
      problems.slice(0, shownProblems).join('; ') +
      more,
    remedyFor(expected, found),
  );
}

function remedyFor(expected: readonly ParameterShape[], found: readonly ParameterShape[]): string {
  const fit = identifyArchitecture(found);
  const wanted = identifyArchitecture(expected);
  const headOf = (classes: number | undefined): string =>
    classes === undefined ? 'without a head' : `with a head of ${classes} classes`;
  if (fit !== undefined && fit.architecture === wanted?.architecture)
    return `The file holds ${fit.architecture} ${headOf(fit.classes)}: use one ${headOf(wanted.classes)}.`;
  if (fit !== undefined)
    return `The file holds ${fit.architecture} ${headOf(fit.classes)}: use that architecture, or another file.`;
  const renamed = found.map(({ name, shape }) => ({ name: publishedName(name), shape }));
  const other = identifyArchitecture(renamed);
  if (other === undefined) return 'The file fits no architecture of BiT: use another file.';
  const index = found.findIndex(({ name }) => name !== publishedName(name));
  return `The file holds ${other.architecture} ${headOf(other.classes)} under other names: rename its tensors, for example ${printable(found[index]!.name)} to ${renamed[index]!.name}.`;
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
): { architecture: string; classes?: number } | undefined {
  const isHead = ({ name }: ParameterShape): boolean => name === headKernel || name === headBias;
  const body = tensors.filter((tensor) => !isHead(tensor));
  const architecture = architectureNames.find((name) => {
    const expected = parameterShapes(architectureNamed(name), 0).filter((tensor) => !isHead(tensor));
    return differences(expected, body).length === 0;
  });
  if (architecture === undefined) return undefined;
  const classes = tensors.find(({ name }) => name === headBias)?.shape[0];
  return { architecture, ...(classes === undefined ? {} : { classes }) };
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
