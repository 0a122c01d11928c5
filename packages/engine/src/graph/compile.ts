import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TensorFlow } from '../tensorflow.ts';
import { buildProgram, type ProgramNodes } from './buildProgram.ts';
import { encodeSavedModel, savedModelTag } from './messages.ts';
import { nativeBackend, type NativeBinding } from './nativeBackend.ts';
import {
  batch,
  type CompiledProgram,
  type EntryDefinition,
  type FeedValues,
  type InputSpec,
  type InputsOf,
  type OutputsOf,
  type ProgramDefinition,
} from './program.ts';
import { DataType } from './recording.ts';
import { sessionError } from './sessionError.ts';

/**
 * Compiles functions over tfjs tensors into one TensorFlow graph that a session runs, with the batch size
 * left open.
 * How it works and what it guarantees: docs/engine.md.
 *
 * @throws Error when an entry cannot be traced.
 */
export function compile<Entries extends Record<string, EntryDefinition>>(
  tf: TensorFlow,
  { variables, entries, activations = 'float32' }: ProgramDefinition<Entries>,
): CompiledProgram<Entries> {
  const nodes = buildProgram(tf, { variables, entries, activations });
  const { binding } = nativeBackend(tf);
  return new Session<Entries>(binding, loadGraph(binding, nodes), nodes, variables, entries);
}

function loadGraph(binding: NativeBinding, nodes: ProgramNodes): number {
  const folder = mkdtempSync(join(tmpdir(), 'bit-repro-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes.definitions));
    return binding.loadSavedModel(folder, savedModelTag);
  } catch (cause) {
    throw new Error(`TensorFlow refused the compiled graph: ${String(cause)}`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const dtypeOf = (values: FeedValues): InputSpec['dtype'] =>
  values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'uint8';

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

class Session<Entries extends Record<string, EntryDefinition>> implements CompiledProgram<Entries> {
  readonly #binding: NativeBinding;
  readonly #nodes: ProgramNodes;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #entries: Entries;
  #session: number | undefined;

  constructor(
    binding: NativeBinding,
    session: number,
    nodes: ProgramNodes,
    shapes: ReadonlyMap<string, readonly number[]>,
    entries: Entries,
  ) {
    this.#binding = binding;
    this.#session = session;
    this.#nodes = nodes;
    this.#shapes = shapes;
    this.#entries = entries;
  }

  run<Name extends keyof Entries & string>(
    name: Name,
    inputs: InputsOf<Entries[Name]>,
  ): OutputsOf<Entries[Name]> {
    const { feeds, fetches, done } = this.#nodes.entries.get(name)!;
    const given = inputs as Readonly<Record<string, FeedValues>>;
    const batchSize = this.#batchSize(name, given);
    const values = [...feeds].map(([input, node]) => ({
      node,
      values: given[input]!,
      shape: (this.#entries[name]?.inputs[input]?.shape ?? []).map((size) =>
        size === batch ? batchSize : size,
      ),
    }));
    const names = [...fetches.keys()];
    const results = this.#run(values, [...fetches.values(), ...(done === undefined ? [] : [done])]);
    return Object.fromEntries(names.map((output, index) => [output, results[index]])) as OutputsOf<
      Entries[Name]
    >;
  }

  write(values: ReadonlyMap<string, Float32Array>): void {
    const writes = [...values].map(([variable, data]) => {
      const { feed, assigned } = this.#access(variable);
      const shape = this.#shapes.get(variable) ?? [];
      if (data.length !== product(shape)) {
        throw new Error(
          `Expected ${product(shape)} values for the variable \`${variable}\` of shape [${shape.join(', ')}], found ${data.length}. Pass one value per element.`,
        );
      }
      return { feed: { node: feed, values: data, shape }, assigned };
    });
    this.#run(
      writes.map(({ feed }) => feed),
      writes.map(({ assigned }) => assigned),
    );
  }

  read(variables: readonly string[]): Map<string, Float32Array> {
    const values = this.#run(
      [],
      variables.map((variable) => this.#access(variable).fetch),
    );
    return new Map(variables.map((variable, index) => [variable, values[index] as Float32Array]));
  }

  dispose(): void {
    if (this.#session === undefined) return;
    this.#binding.deleteSavedModel(this.#session);
    this.#session = undefined;
  }

  #access(variable: string): { feed: string; assigned: string; fetch: string } {
    const access = this.#nodes.variables.get(variable);
    if (access === undefined) {
      throw new Error(
        `Expected a variable of the program, found \`${variable}\`. Its variables are ${[...this.#shapes.keys()].slice(0, 8).join(', ')}.`,
      );
    }
    return access;
  }

  #batchSize(name: string, given: Readonly<Record<string, FeedValues>>): number {
    let batchSize: number | undefined;
    for (const [input, spec] of Object.entries(this.#entries[name]?.inputs ?? {})) {
      const values = given[input];
      const perImage = product(spec.shape.filter((size) => size !== batch));
      const expected = `\`${input}\` of the entry \`${name}\` as ${spec.dtype} of shape [${spec.shape.join(', ')}]`;
      if (values === undefined || dtypeOf(values) !== spec.dtype) {
        const found = values === undefined ? 'nothing' : dtypeOf(values);
        throw new Error(`Expected ${expected}, found ${found}. Pass a typed array of that kind.`);
      }
      const size = spec.shape.includes(batch) ? values.length / perImage : 1;
      const fits = spec.shape.includes(batch)
        ? Number.isInteger(size) && size > 0 && (batchSize ?? size) === size
        : values.length === perImage;
      if (!fits) {
        const wanted = batchSize === undefined ? '' : ` with a batch of ${batchSize}`;
        throw new Error(
          `Expected ${expected}${wanted}, found ${values.length} values. Pass whole batches of one size.`,
        );
      }
      if (spec.shape.includes(batch)) batchSize = size;
    }
    return batchSize ?? 1;
  }

  #run(
    feeds: readonly { node: string; values: FeedValues; shape: readonly number[] }[],
    fetches: readonly string[],
  ): (Float32Array | Int32Array | Uint8Array)[] {
    if (this.#session === undefined) {
      throw new Error('The program was disposed. Compile it again.');
    }
    const binding = this.#binding;
    const ids = feeds.map(({ values, shape }) =>
      binding.createTensor(shape, DataType[dtypeOf(values)], values),
    );
    try {
      const feedNames = feeds.map(({ node }) => node).join(',');
      const results = binding.runSavedModel(this.#session, ids, feedNames, fetches.join(','));
      try {
        return results.map(({ id }) => binding.tensorDataSync(id));
      } finally {
        for (const { id } of results) binding.deleteTensor(id);
      }
    } catch (cause) {
      throw sessionError(cause);
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }
}
