import type { TensorFlow } from '../tensorflow.ts';
import { buildProgram } from './buildProgram.ts';
import { encodeSavedModel } from './messages.ts';
import type { EntryDefinition, ProgramDefinition } from './program.ts';

/** A program as it is handed to TensorFlow, before TensorFlow optimises it. */
export interface ProgramInspection<Name extends string = string> {
  /** The graph of all entries, in the format of saved_model.pb. */
  savedModel: Uint8Array;
  entries: Readonly<Record<Name, EntryInspection>>;
}

interface EntryInspection {
  /** Nodes that a run of the entry fetches. */
  fetches: readonly string[];
  /** How many nodes a run needs, by kind of op. */
  ops: ReadonlyMap<string, number>;
}

/**
 * The graph that `compile` would make of a program, for inspection only.
 *
 * @throws Error when an entry cannot be traced.
 */
export function inspectProgram<Entries extends Record<string, EntryDefinition>>(
  tf: TensorFlow,
  { variables, entries, activations = 'float32' }: ProgramDefinition<Entries>,
): ProgramInspection<keyof Entries & string> {
  const program = buildProgram(tf, { variables, entries, activations });
  const nodes = new Map(program.definitions.map((node) => [node.name, node]));
  const inspect = (fetches: readonly string[]): EntryInspection => {
    const needed = new Set(fetches.map(nodeOf));
    // The set grows during the loop.
    for (const name of needed) for (const input of nodes.get(name)!.inputs) needed.add(nodeOf(input));
    const ops = new Map<string, number>();
    for (const name of needed) {
      const { op } = nodes.get(name)!;
      ops.set(op, (ops.get(op) ?? 0) + 1);
    }
    return { fetches, ops };
  };
  return {
    savedModel: encodeSavedModel(program.definitions),
    entries: Object.fromEntries(
      [...program.entries].map(([name, { fetches, done }]) => [
        name,
        inspect([...fetches.values(), ...(done === undefined ? [] : [done])]),
      ]),
    ) as Record<keyof Entries & string, EntryInspection>,
  };
}

/** The node that an input refers to, as an output or as a control input. */
const nodeOf = (input: string): string => input.replace(/^\^|:\d+$/g, '');
