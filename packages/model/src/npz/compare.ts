import { architectureNamed, architectureNames } from '../architecture.ts';
import { ModelError } from '../errors.ts';
import { headBias, headKernel, parameterShapes, type ParameterShape } from '../parameters.ts';
import { printable } from './zip.ts';

/** How many differences an error names. */
const shownProblems = 6;

/**
 * Requires the tensors of a file to be those expected, whatever their order.
 *
 * @throws ModelError naming missing, unexpected and misshapen tensors, and the architecture that the file does fit.
 */
export function requireTensors(
  file: string,
  expected: readonly ParameterShape[],
  found: readonly ParameterShape[],
): void {
  const problems = differences(expected, found);
  if (problems.length === 0) return;
  const more = problems.length > shownProblems ? `; and ${problems.length - shownProblems} more` : '';
  const fit = identifyArchitecture(found);
  throw new ModelError(
    `Expected the ${expected.length} tensors of the network in ${file}, found ${found.length}: ` +
      problems.slice(0, shownProblems).join('; ') +
      more,
    fit === undefined
      ? 'The file fits no architecture of BiT: use another file.'
      : `The file holds ${fit.architecture}${fit.classes === undefined ? ' without a head' : ` with a head of ${fit.classes} classes`}: use that architecture, or another file.`,
  );
}

/** The architecture whose tensors, the head aside, are exactly these, and the classes of the head. */
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
