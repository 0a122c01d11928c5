import {
  DataType,
  type ConstantValues,
  type OutputRef,
  type RecordedNode,
  type Recording,
} from './recording.ts';

/** A list of integers that depends on the batch size n as `offset + slope * n`, element by element. */
export interface AffineIntegers {
  shape: readonly number[];
  offset: readonly number[];
  slope: readonly number[];
}

/** A node of a graph that holds for every batch size. */
export type GeneralNode =
  | Exclude<RecordedNode, { kind: 'constant' }>
  | { kind: 'constant'; dtype: number; shape: readonly number[]; values: ConstantValues }
  | { kind: 'affine'; integers: AffineIntegers }
  | { kind: 'fill'; dtype: number; dimensions: AffineIntegers; value: ConstantValues };

export interface GeneralGraph {
  nodes: readonly GeneralNode[];
  outputs: ReadonlyMap<string, OutputRef>;
}

/**
 * Batch sizes a function is traced at. The first two determine every constant as `a + b n`; the third must
 * agree with that prediction. All are above 1, so that no size is mistaken for one that broadcasts.
 */
export const tracedBatchSizes = [2, 3, 5] as const;

/**
 * Merges recordings of one function at the `tracedBatchSizes` into a graph for every batch size.
 *
 * @throws Error when the recordings differ in more than constants that are affine in the batch size.
 */
export function generalise(recordings: readonly [Recording, Recording, Recording]): GeneralGraph {
  const [first, second, third] = recordings;
  const lengths = recordings.map((recording) => recording.nodes.length);
  if (new Set(lengths).size > 1) {
    throw notGeneral(
      `the number of ops (${lengths.join(', ')} at batch sizes ${tracedBatchSizes.join(', ')})`,
    );
  }
  const nodes = first.nodes.map((node, index) => {
    const others = [second.nodes[index], third.nodes[index]] as const;
    return generaliseNode(node, others[0]!, others[1]!);
  });
  return { nodes, outputs: first.outputs };
}

function generaliseNode(first: RecordedNode, second: RecordedNode, third: RecordedNode): GeneralNode {
  if (first.kind === 'constant') {
    if (second.kind !== 'constant' || third.kind !== 'constant') throw notGeneral('the kind of a node');
    return generaliseConstant(first, second, third);
  }
  const identity = (node: RecordedNode): string =>
    node.kind === 'op'
      ? JSON.stringify([node.op, node.inputs, node.attributes])
      : JSON.stringify([node.kind, node.kind === 'constant' ? '' : node.name]);
  if (identity(first) !== identity(second) || identity(first) !== identity(third)) {
    throw notGeneral(first.kind === 'op' ? `an input or attribute of \`${first.op}\`` : 'the kind of a node');
  }
  return first;
}

type Constant = Extract<RecordedNode, { kind: 'constant' }>;

function generaliseConstant(first: Constant, second: Constant, third: Constant): GeneralNode {
  const [{ shape, dtype }] = first.outputs;
  const constants = [first, second, third];
  const sameShape = constants.every((constant) => sameList(constant.outputs[0].shape, shape));
  // A scalar in the graph stands for a uniform array of any size.
  if (
    (!sameShape || first.values.length > 1) &&
    constants.every((constant) => isUniform(constant, first.values[0]!))
  ) {
    const dimensions = constants.map((constant) => [...constant.outputs[0].shape]);
    const value = first.values.slice(0, 1);
    return { kind: 'fill', dtype, dimensions: { shape: [shape.length], ...affine(dimensions) }, value };
  }
  if (!sameShape) throw notGeneral('the shape of a constant whose elements differ');
  if (constants.every((constant) => sameList(constant.values, first.values))) {
    return { kind: 'constant', dtype, shape, values: first.values };
  }
  if (dtype !== DataType.int32) {
    throw notGeneral(
      `a constant of shape [${shape.join(', ')}] that is not an integer a + b n of the batch size n`,
    );
  }
  const lists = constants.map((constant) => Array.from(constant.values));
  return { kind: 'affine', integers: { shape, ...affine(lists) } };
}

const isUniform = ({ values }: Constant, value: number): boolean =>
  values.every((element) => element === value);

function affine(lists: readonly (readonly number[])[]): { offset: number[]; slope: number[] } {
  const [first = [], second = [], third = []] = lists;
  const [n, m, k] = tracedBatchSizes;
  const slope = first.map((value, index) => ((second[index] ?? NaN) - value) / (m - n));
  const offset = first.map((value, index) => value - (slope[index] ?? NaN) * n);
  const predicted = first.map((_, index) => (offset[index] ?? NaN) + (slope[index] ?? NaN) * k);
  if (!sameList(predicted, third)) {
    throw notGeneral('a constant that does not grow in proportion to it');
  }
  return { offset, slope };
}

function sameList(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!Object.is(a[index], b[index])) return false;
  return true;
}

const notGeneral = (what: string): Error =>
  new Error(
    `Expected a function that runs the same ops at every batch size, found one where the batch size changes ${what}. Use the batch size only in shapes; pass numbers such as 1 / batch as an input.`,
  );
