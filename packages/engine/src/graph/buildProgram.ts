import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../tensorflow.ts';
import { emitGraph, GraphEmitter } from './emit.ts';
import { generalise, tracedBatchSizes } from './generalise.ts';
import { skipIdleReshapes } from './idleReshapes.ts';
import type { NodeDefinition } from './messages.ts';
import { nativeBackend } from './nativeBackend.ts';
import {
  batch,
  type EntryDefinition,
  type EntryResult,
  type InputSpec,
  type ProgramDefinition,
} from './program.ts';
import { DataType, type Recording, type TensorSpec } from './recording.ts';
import { trace } from './tracer.ts';

/** Names of the graph nodes by which a compiled program is run. */
interface EntryNodes {
  /** Node to feed, per input. */
  feeds: ReadonlyMap<string, string>;
  /** Node to fetch, per output. */
  fetches: ReadonlyMap<string, string>;
  /** A node that completes when every variable is written; absent when the entry writes none. */
  done?: string;
}

export interface ProgramNodes {
  definitions: readonly NodeDefinition[];
  entries: ReadonlyMap<string, EntryNodes>;
  /** Per variable: the node that feeds a new value and the one that fetches the value. */
  variables: ReadonlyMap<string, { feed: string; assigned: string; fetch: string }>;
}

const floatType = { type: DataType.float32 };

/** Traces every entry and writes one graph that holds them all, over shared variables. */
export function buildProgram(
  tf: TensorFlow,
  { variables, entries, activations }: Required<ProgramDefinition<Readonly<Record<string, EntryDefinition>>>>,
): ProgramNodes {
  const emitter = new GraphEmitter();
  const done = emitter.constant(DataType.int32, [], Int32Array.of(1));
  const handles = new Map<string, string>();
  const access = new Map<string, { feed: string; assigned: string; fetch: string }>();
  for (const [variable, shape] of variables) {
    const attributes = { dtype: floatType, shape: { shape }, shared_name: { text: variable } };
    const handle = emitter.node('VarHandleOp', [], attributes, `variables/${variable}/handle`);
    const feed = emitter.node(
      'Placeholder',
      [],
      { dtype: floatType, shape: { shape } },
      `variables/${variable}/feed`,
    );
    // The feed may be memory that JavaScript owns; the variable needs its own copy.
    const copy = emitter.node('DeepCopy', [feed], { T: floatType });
    const assign = emitter.node('AssignVariableOp', [handle, copy], { dtype: floatType });
    const assigned = emitter.node('Identity', [done, `^${assign}`], { T: { type: DataType.int32 } });
    const fetch = emitter.node('ReadVariableOp', [handle], { dtype: floatType });
    handles.set(variable, handle);
    access.set(variable, { feed, assigned, fetch });
  }
  const nodes = new Map<string, EntryNodes>();
  for (const [name, definition] of Object.entries(entries)) {
    nodes.set(name, buildEntry(tf, emitter, { name, definition, variables, handles, done, activations }));
  }
  return { definitions: emitter.definitions, entries: nodes, variables: access };
}

interface EntryContext {
  name: string;
  definition: EntryDefinition;
  variables: ReadonlyMap<string, readonly number[]>;
  handles: ReadonlyMap<string, string>;
  /** An int32 constant for `Identity` nodes that only wait. */
  done: string;
  activations: 'float32' | 'bfloat16';
}

function buildEntry(tf: TensorFlow, emitter: GraphEmitter, context: EntryContext): EntryNodes {
  const { name, definition, handles } = context;
  const plan: { results?: EntryResult } = {};
  const [a, b, c] = tracedBatchSizes.map((size) => traceEntry(tf, context, size, plan));
  const recordings = [a!, b!, c!] as const;
  const graph = skipIdleReshapes(generalise(recordings), recordings);

  const feeds = new Map<string, string>();
  const inputs = new Map<string, string>();
  for (const [input, spec] of Object.entries(definition.inputs)) {
    const dtype = DataType[spec.dtype];
    const shape = spec.shape.map((size) => (size === batch ? -1 : size));
    const feed = emitter.node(
      'Placeholder',
      [],
      { dtype: { type: dtype }, shape: { shape } },
      `${name}/${input}`,
    );
    feeds.set(input, feed);
    inputs.set(input, spec.dtype === 'uint8' ? castToInt32(emitter, feed) : feed);
  }
  const reads = new Map(
    [...handles].map(([variable, handle]) => [
      variable,
      emitter.node('ReadVariableOp', [handle], { dtype: floatType }, `${name}/read/${variable}`),
    ]),
  );
  const batchSize = batchSizeNode(emitter, definition.inputs, feeds);
  const names = emitGraph(emitter, nativeBackend(tf).binding, graph, {
    inputs,
    variables: reads,
    bfloat16: context.activations === 'bfloat16',
    ...(batchSize === undefined ? {} : { batchSize }),
  });

  const writes = writeVariables(emitter, plan.results ?? {}, context.variables, handles, reads, names);
  const fetches = new Map(
    Object.keys(plan.results?.outputs ?? {}).map((output) => [output, names.get(`outputs/${output}`) ?? '']),
  );
  if (writes.length === 0) return { feeds, fetches };
  const waiting = [context.done, ...writes.map((write) => `^${write}`)];
  return {
    feeds,
    fetches,
    done: emitter.node('Identity', waiting, { T: { type: DataType.int32 } }, `${name}/done`),
  };
}

/** Records the entry at one batch size. Its results become outputs, named after what is done with them. */
function traceEntry(
  tf: TensorFlow,
  { definition, variables, name }: EntryContext,
  size: number,
  plan: { results?: EntryResult },
): Recording {
  const inputs = new Map<string, TensorSpec>(
    Object.entries(definition.inputs).map(([input, spec]) => [
      input,
      {
        shape: spec.shape.map((dimension) => (dimension === batch ? size : dimension)),
        dtype: spec.dtype === 'float32' ? DataType.float32 : DataType.int32,
      },
    ]),
  );
  const specs = new Map<string, TensorSpec>(
    [...variables].map(([variable, shape]) => [variable, { shape, dtype: DataType.float32 }]),
  );
  return trace(tf, { inputs, variables: specs }, (traced) => {
    const read = (variable: string): Tensor => {
      const tensor = traced.variables.get(variable);
      if (tensor === undefined) {
        throw new Error(
          `Expected a variable of the program, found \`${variable}\` in the entry \`${name}\`. Declare it among the program's variables.`,
        );
      }
      return tensor;
    };
    const results = definition.build(Object.fromEntries(traced.inputs), read);
    plan.results = results;
    checkWrites(results, variables, name);
    return flatten(results);
  });
}

function flatten({ outputs, assign, add, momentum }: EntryResult): Map<string, Tensor> {
  const flat = new Map<string, Tensor>();
  for (const [output, tensor] of Object.entries(outputs ?? {})) flat.set(`outputs/${output}`, tensor);
  for (const [variable, tensor] of assign ?? []) flat.set(`assign/${variable}`, tensor);
  for (const [variable, tensor] of add ?? []) flat.set(`add/${variable}`, tensor);
  for (const [variable, update] of momentum ?? []) {
    flat.set(`gradient/${variable}`, update.gradient);
    flat.set(`learningRate/${variable}`, update.learningRate);
    flat.set(`momentum/${variable}`, update.momentum);
  }
  return flat;
}

function checkWrites(
  { assign, add, momentum, clear = [], release = [] }: EntryResult,
  variables: ReadonlyMap<string, readonly number[]>,
  entryName: string,
): void {
  const writes: [string, readonly number[]][] = [
    ...[...(assign ?? [])].map(([variable, tensor]): [string, readonly number[]] => [variable, tensor.shape]),
    ...[...(add ?? [])].map(([variable, tensor]): [string, readonly number[]] => [variable, tensor.shape]),
    ...[...(momentum ?? [])].flatMap(([variable, { velocity, gradient }]): [string, readonly number[]][] => [
      [variable, gradient.shape],
      [velocity, gradient.shape],
    ]),
    ...[...clear, ...release].map((variable): [string, readonly number[]] => [
      variable,
      variables.get(variable) ?? [],
    ]),
  ];
  const seen = new Set<string>();
  for (const [variable, shape] of writes) {
    const expected = variables.get(variable);
    const complaint = seen.has(variable)
      ? 'one write per variable, found two'
      : expected === undefined
        ? 'a variable of the program, found a write'
        : expected.join() === shape.join()
          ? undefined
          : `a value of shape [${expected.join(', ')}], found a write of [${shape.join(', ')}]`;
    if (complaint !== undefined) {
      throw new Error(
        `Expected ${complaint} to \`${variable}\` in the entry \`${entryName}\`. Correct what the entry returns.`,
      );
    }
    seen.add(variable);
  }
}

function writeVariables(
  emitter: GraphEmitter,
  { assign, add, momentum, clear = [], release = [] }: EntryResult,
  shapes: ReadonlyMap<string, readonly number[]>,
  handles: ReadonlyMap<string, string>,
  reads: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): string[] {
  // A write waits for the entry's read of the variable, so that every op of the entry sees the old value.
  const write = (op: string, variable: string, inputs: string[]): string =>
    emitter.node(op, [handles.get(variable) ?? '', ...inputs, `^${reads.get(variable) ?? ''}`], {
      dtype: floatType,
    });
  const value = (role: string, variable: string): string => names.get(`${role}/${variable}`) ?? '';
  const gradients = [...(momentum?.keys() ?? [])].map((variable) => waitFor(value('gradient', variable)));
  const ready = gradients.length === 0 ? '' : emitter.node('NoOp', [...new Set(gradients)], {});
  return [
    ...clear.map((variable) =>
      write('AssignVariableOp', variable, [zeros(emitter, shapes.get(variable) ?? [])]),
    ),
    ...release.map((variable) => write('AssignVariableOp', variable, [emptyTensor(emitter)])),
    ...[...(assign?.keys() ?? [])].map((variable) =>
      write('AssignVariableOp', variable, [value('assign', variable)]),
    ),
    ...[...(add?.keys() ?? [])].map((variable) =>
      write('AssignAddVariableOp', variable, [value('add', variable)]),
    ),
    ...[...(momentum ?? [])].map(([variable, { velocity }]) =>
      emitter.node(
        'ResourceApplyMomentum',
        [
          handles.get(variable) ?? '',
          handles.get(velocity) ?? '',
          value('learningRate', variable),
          value('gradient', variable),
          value('momentum', variable),
          `^${reads.get(variable) ?? ''}`,
          `^${reads.get(velocity) ?? ''}`,
          `^${ready}`,
        ],
        { T: floatType, use_locking: { bool: false }, use_nesterov: { bool: false } },
      ),
    ),
  ];
}

/** A control input that waits for the node of an output. */
const waitFor = (output: string): string => `^${output.replace(/:\d+$/, '')}`;

/** Zeros that TensorFlow does not fold into a constant, which it would keep beside the variable. */
function zeros(emitter: GraphEmitter, shape: readonly number[]): string {
  const zero = emitter.constant(DataType.float32, [], Float32Array.of(0));
  const value = emitter.node('PlaceholderWithDefault', [zero], { dtype: floatType, shape: { shape: [] } });
  return emitter.node('Fill', [emitter.integers(shape), value], {
    T: floatType,
    index_type: { type: DataType.int32 },
  });
}

/** A tensor without elements whose shape TensorFlow does not know beforehand, so that any variable may take it. */
function emptyTensor(emitter: GraphEmitter): string {
  const none = emitter.constant(DataType.float32, [0], new Float32Array());
  return emitter.node('PlaceholderWithDefault', [none], { dtype: floatType, shape: { shape: 'unknown' } });
}

const castToInt32 = (emitter: GraphEmitter, name: string): string =>
  emitter.node('Cast', [name], {
    SrcT: { type: DataType.uint8 },
    DstT: { type: DataType.int32 },
    Truncate: { bool: false },
  });

/** A scalar int32 node with the size of the first batch dimension among the inputs. */
function batchSizeNode(
  emitter: GraphEmitter,
  inputs: Readonly<Record<string, InputSpec>>,
  feeds: ReadonlyMap<string, string>,
): string | undefined {
  for (const [input, spec] of Object.entries(inputs)) {
    const axis = spec.shape.indexOf(batch);
    if (axis === -1) continue;
    const int32 = { type: DataType.int32 };
    const shape = emitter.node('Shape', [feeds.get(input) ?? ''], {
      T: { type: DataType[spec.dtype] },
      out_type: int32,
    });
    const [index, batchAxis] = [emitter.integers([axis], []), emitter.integers([0], [])];
    return emitter.node('GatherV2', [shape, index, batchAxis], {
      Tparams: int32,
      Tindices: int32,
      Taxis: int32,
      batch_dims: { int: 0 },
    });
  }
  return undefined;
}
