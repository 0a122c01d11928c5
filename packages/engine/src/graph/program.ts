import type { Tensor } from '@tensorflow/tfjs-node-gpu';

/** The batch dimension in an input's shape. */
export const batch = 'batch';

export interface InputSpec {
  /** Sizes; `batch` stands for the batch size, which may differ between calls. */
  shape: readonly (number | typeof batch)[];
  /** A `uint8` input reaches the function as an int32 tensor; only its bytes are fed. */
  dtype: 'float32' | 'int32' | 'uint8';
}

/** What one entry of a program does with its tensors. Every variable is read before it is written. */
export interface EntryResult<Output extends string = string> {
  /** Values returned to the caller. */
  outputs?: Readonly<Record<Output, Tensor>>;
  /** Variables that take a new value. */
  assign?: ReadonlyMap<string, Tensor>;
  /** Variables that a tensor is added to. */
  add?: ReadonlyMap<string, Tensor>;
  /**
   * Variables updated by SGD with momentum, in place. All updates wait for all gradients, so an entry that
   * runs out of memory has updated none.
   */
  momentum?: ReadonlyMap<string, MomentumUpdate>;
  /** Variables set to zero, whatever they held. */
  clear?: readonly string[];
  /** Variables whose memory is freed; they have no value until they are assigned again. */
  release?: readonly string[];
}

/** SGD with momentum in PyTorch's form: v = momentum v + gradient; p = p - learningRate v. */
export interface MomentumUpdate {
  /** Name of the variable that holds v. */
  velocity: string;
  gradient: Tensor;
  /** Scalar. */
  learningRate: Tensor;
  /** Scalar. */
  momentum: Tensor;
}

/** One function of a program: named inputs, and what to do with them and the program's variables. */
export interface EntryDefinition<Input extends string = string, Output extends string = string> {
  inputs: Readonly<Record<Input, InputSpec>>;
  build(inputs: Readonly<Record<Input, Tensor>>, variables: VariableReader): EntryResult<Output>;
}

/**
 * The value of a variable when the entry starts.
 *
 * @throws Error when the program has no such variable.
 */
type VariableReader = (name: string) => Tensor;

/** Lets TypeScript infer the names of an entry's inputs and outputs. */
export function entry<Input extends string, Output extends string>(
  definition: EntryDefinition<Input, Output>,
): EntryDefinition<Input, Output> {
  return definition;
}

export interface ProgramDefinition<Entries extends Record<string, EntryDefinition>> {
  /** Shapes of the float32 variables; they live on the device from `write` to `dispose`. */
  variables: ReadonlyMap<string, readonly number[]>;
  entries: Entries;
  /**
   * The type in which activations and their gradients are kept and convolutions multiply; variables are
   * always float32. Default float32.
   */
  activations?: 'float32' | 'bfloat16';
}

export type FeedValues = Float32Array | Int32Array | Uint8Array;

export type InputsOf<Entry extends EntryDefinition> =
  Entry extends EntryDefinition<infer Input> ? Readonly<Record<Input, FeedValues>> : never;

export type OutputsOf<Entry extends EntryDefinition> =
  Entry extends EntryDefinition<string, infer Output> ? Readonly<Record<Output, Float32Array>> : never;

/** A program compiled into one TensorFlow graph, with its variables, in a session of its own. */
export interface CompiledProgram<Entries extends Record<string, EntryDefinition>> {
  /**
   * Runs one entry. The values of an input are row-major; their number determines the batch size, which must
   * be the same for all inputs.
   *
   * @throws Error on a missing or misshapen input; GraphError when TensorFlow fails, whose `kind` is
   * `resource-exhausted` when memory ran out.
   */
  run<Name extends keyof Entries & string>(
    name: Name,
    inputs: InputsOf<Entries[Name]>,
  ): OutputsOf<Entries[Name]>;
  /**
   * Sets variables. They have no value before their first `write` or assignment. Writing many at once is far
   * cheaper than one by one: TensorFlow prepares the graph again for every set of variables it has not seen
   * before.
   */
  write(values: ReadonlyMap<string, Float32Array>): void;
  /** Copies of variables' values. */
  read(variables: readonly string[]): Map<string, Float32Array>;
  /** Frees the session and its variables; the program cannot be used afterwards. Safe to call twice. */
  dispose(): void;
}
