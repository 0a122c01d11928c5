/** TensorFlow's DataType numbers (types.proto) of the dtypes a program may hold. */
export const DataType = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  bool: 10,
  bfloat16: 14,
} as const;

export type DataTypeNumber = number;

/** One attribute of an op, as tfjs-node hands it to its native binding. */
export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The output of a recorded node: which node, and which of its outputs. */
export interface OutputRef {
  node: number;
  output: number;
}

export interface TensorSpec {
  shape: readonly number[];
  dtype: DataTypeNumber;
}

export type ConstantValues = Float32Array | Int32Array | Uint8Array;

export type RecordedNode =
  | { kind: 'op'; op: string; attributes: OpAttribute[]; inputs: OutputRef[]; outputs: TensorSpec[] }
  | { kind: 'constant'; values: ConstantValues; outputs: [TensorSpec] }
  | { kind: 'input'; name: string; outputs: [TensorSpec] }
  | { kind: 'variable'; name: string; outputs: [TensorSpec] };

/** What a traced function computes at one batch size: nodes in the order of execution, and its results. */
export interface Recording {
  nodes: readonly RecordedNode[];
  outputs: ReadonlyMap<string, OutputRef>;
}
