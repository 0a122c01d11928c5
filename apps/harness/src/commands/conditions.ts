import { InputError } from '@bit-repro/artifacts';
import { nameOfDataset } from '@bit-repro/data';
import { commitOf, fieldsOf, type RunSummary } from '@bit-repro/runs';

type Operator = '=' | '!=' | '<' | '>';

/** A condition on the fields of a run, as `--where` has it. */
export interface Condition {
  field: string;
  operator: Operator;
  value: string;
}

/** @throws InputError if it is not of the form FIELD=VALUE, with `=`, `!=`, `<` or `>`. */
export function parseCondition(written: string): Condition {
  const [, field, operator, value] = /^\s*([\w.-]+?)\s*(!=|=|<|>)\s*(.*?)\s*$/.exec(written) ?? [];
  const isNumber = value !== undefined && value !== '' && Number.isFinite(Number(value));
  if (field !== undefined && value !== undefined && (operator === '=' || operator === '!='))
    return { field, operator, value };
  if (field !== undefined && isNumber && (operator === '<' || operator === '>'))
    return { field, operator, value };
  throw new InputError(
    `--where must be FIELD=VALUE, FIELD!=VALUE, or FIELD<NUMBER or FIELD>NUMBER, but it is ${written}`,
    'Correct --where. Quote it: the shell takes < and > for itself.',
  );
}

/** What a run is listed by, and everything that its key is made from. */
function listedFields(run: RunSummary): Map<string, unknown> {
  const { id, state, spec, git } = run;
  const fields = new Map<string, unknown>([
    ['run', id],
    ['state', state],
  ]);
  if (git !== undefined) fields.set('commit', commitOf(git));
  if (spec !== undefined) {
    const { experiment, arm, dataset, fineTune } = spec;
    const place = { experiment, arm: arm.name, dataset: nameOfDataset(dataset), shots: fineTune.shots };
    for (const [key, value] of Object.entries({ ...place, seed: fineTune.seed })) fields.set(key, value);
    for (const [key, value] of fieldsOf(spec)) fields.set(key, value);
  }
  if (run.state === 'done') {
    for (const [key, value] of Object.entries({ ...run.final, seconds: run.timing.seconds }))
      fields.set(key, value);
  }
  return fields;
}

/**
 * The runs of which all conditions hold. A run that lacks a field is only not equal.
 *
 * @throws InputError if no run has a field that is named, which must be a typo.
 */
export function fulfilling(runs: readonly RunSummary[], conditions: readonly Condition[]): RunSummary[] {
  const listed = runs.map((run) => ({ run, fields: listedFields(run) }));
  const known = new Set(listed.flatMap(({ fields }) => [...fields.keys()]));
  for (const { field } of conditions) {
    if (known.has(field) || runs.length === 0) continue;
    throw new InputError(`No run has a field ${field}`, `Fields are ${[...known].sort().join(', ')}.`);
  }
  return listed
    .filter(({ fields }) => conditions.every((condition) => holds(fields.get(condition.field), condition)))
    .map(({ run }) => run);
}

function holds(found: unknown, { operator, value }: Condition): boolean {
  switch (operator) {
    case '=':
      return isEqual(found, value);
    case '!=':
      return !isEqual(found, value);
    case '<':
      return typeof found === 'number' && found < Number(value);
    default:
      return typeof found === 'number' && found > Number(value);
  }
}

/** A list is written as JSON. */
function isEqual(found: unknown, value: string): boolean {
  if (typeof found === 'number') return value !== '' && found === Number(value);
  return typeof found === 'string' ? found === value : found !== undefined && JSON.stringify(found) === value;
}
