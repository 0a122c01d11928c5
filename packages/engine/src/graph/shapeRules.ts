import { conv2d, depthwiseConv2d, pool, resize } from './imageShapes.ts';
import { DataType, type OpAttribute, type TensorSpec } from './recording.ts';
import { at, broadcastShapes, known, type ShapeRule, type TracedInput } from './shapeRule.ts';

/**
 * The shape and dtype of every output of a TensorFlow op, from those of its inputs. With these rules a
 * function is traced without running anything, so a trace takes milliseconds and no memory, whatever the size
 * of the network.
 *
 * @throws Error when the op has no rule here.
 */
export function inferOutputs(
  op: string,
  inputs: readonly TracedInput[],
  attributes: readonly OpAttribute[],
): TensorSpec[] {
  const rule = rules.get(op);
  if (rule === undefined) {
    throw new Error(
      `Expected an op with a shape rule, found \`${op}\` on shapes ${inputs.map((input) => `[${input.shape.join(', ')}]`).join(' ')}. ` +
        `Write the function without \`${op}\`, or add its rule to packages/engine/src/graph/shapeRules.ts. Random ops have none on purpose: draw outside the function and pass the numbers as an input.`,
    );
  }
  return rule(inputs, new Map(attributes.map((attribute) => [attribute.name, attribute.value])));
}

const sameAs =
  (index: number): ShapeRule =>
  (inputs) => {
    const { shape, dtype } = at(inputs, index);
    return [{ shape, dtype }];
  };

const binary: ShapeRule = (inputs) => [
  { shape: broadcastShapes(at(inputs, 0).shape, at(inputs, 1).shape), dtype: at(inputs, 0).dtype },
];

const comparison: ShapeRule = (inputs) => [
  { shape: broadcastShapes(at(inputs, 0).shape, at(inputs, 1).shape), dtype: DataType.bool },
];

const predicate: ShapeRule = (inputs) => [{ shape: at(inputs, 0).shape, dtype: DataType.bool }];

const reduction: ShapeRule = (inputs, attributes) => {
  const { shape, dtype } = at(inputs, 0);
  const axes = new Set(
    known(inputs, 1, 'the axes of a reduction').map((axis) => (axis + shape.length) % shape.length),
  );
  const reduced = attributes.get('keep_dims')
    ? shape.map((size, axis) => (axes.has(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.has(axis));
  return [{ shape: reduced, dtype }];
};

const arg: ShapeRule = (inputs, attributes) => {
  const { shape } = at(inputs, 0);
  const [axis = 0] = known(inputs, 1, 'the axis of an argument reduction');
  const dropped = (axis + shape.length) % shape.length;
  return [
    {
      shape: shape.filter((_, index) => index !== dropped),
      dtype: (attributes.get('output_type') as number | undefined) ?? DataType.int32,
    },
  ];
};

const reshape: ShapeRule = (inputs) => {
  const { shape, dtype } = at(inputs, 0);
  const wanted = known(inputs, 1, 'the shape of a reshape');
  const size = shape.reduce((product, n) => product * n, 1);
  const rest = wanted.filter((n) => n !== -1).reduce((product, n) => product * n, 1);
  return [{ shape: wanted.map((n) => (n === -1 ? size / rest : n)), dtype }];
};

const pad: ShapeRule = (inputs) => {
  const paddings = known(inputs, 1, 'the paddings of a pad');
  const { shape, dtype } = at(inputs, 0);
  return [
    {
      shape: shape.map((size, axis) => size + (paddings[2 * axis] ?? 0) + (paddings[2 * axis + 1] ?? 0)),
      dtype,
    },
  ];
};

const shapeFromConstant =
  (sizes: number, like: number): ShapeRule =>
  (inputs) => [{ shape: known(inputs, sizes, 'the sizes of a gradient'), dtype: at(inputs, like).dtype }];

const matMul: ShapeRule = (inputs, attributes) => {
  const [a, b] = [at(inputs, 0), at(inputs, 1)];
  const left = a.shape.slice(-2);
  const right = b.shape.slice(-2);
  const transposed = (name: string, other: string): boolean =>
    Boolean(attributes.get(name) ?? attributes.get(other));
  const rows = transposed('adj_x', 'transpose_a') ? left[1] : left[0];
  const columns = transposed('adj_y', 'transpose_b') ? right[0] : right[1];
  return [
    {
      shape: [...broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows ?? 0, columns ?? 0],
      dtype: a.dtype,
    },
  ];
};

const tile: ShapeRule = (inputs) => {
  const repeats = known(inputs, 1, 'the multiples of a tile');
  const { shape, dtype } = at(inputs, 0);
  return [{ shape: shape.map((size, axis) => size * (repeats[axis] ?? 1)), dtype }];
};

const transpose: ShapeRule = (inputs) => {
  const { shape, dtype } = at(inputs, 0);
  return [{ shape: known(inputs, 1, 'a permutation').map((axis) => shape[axis] ?? 0), dtype }];
};

const slice: ShapeRule = (inputs) => {
  const { shape, dtype } = at(inputs, 0);
  const begin = known(inputs, 1, 'the start of a slice');
  const size = known(inputs, 2, 'the size of a slice');
  return [{ shape: size.map((n, axis) => (n === -1 ? (shape[axis] ?? 0) - (begin[axis] ?? 0) : n)), dtype }];
};

const concat: ShapeRule = (inputs) => {
  const parts = inputs.slice(0, -1);
  const { shape, dtype } = at(inputs, 0);
  const [axis = 0] = known(inputs, inputs.length - 1, 'the axis of a concatenation');
  const along = (axis + shape.length) % shape.length;
  const total = parts.reduce((sum, part) => sum + (part.shape[along] ?? 0), 0);
  return [{ shape: shape.map((size, index) => (index === along ? total : size)), dtype }];
};

const pack: ShapeRule = (inputs, attributes) => {
  const { shape, dtype } = at(inputs, 0);
  const axis = (attributes.get('axis') as number | undefined) ?? 0;
  return [{ shape: shape.toSpliced(axis, 0, inputs.length), dtype }];
};

const oneHot: ShapeRule = (inputs) => {
  const [depth = 0] = known(inputs, 1, 'the depth of a one-hot');
  return [{ shape: [...at(inputs, 0).shape, depth], dtype: at(inputs, 2).dtype }];
};

const cast: ShapeRule = (inputs, attributes) => [
  { shape: at(inputs, 0).shape, dtype: attributes.get('DstT') as number },
];

const fill: ShapeRule = (inputs) => [
  { shape: known(inputs, 0, 'the dimensions of a fill'), dtype: at(inputs, 1).dtype },
];

const select: ShapeRule = (inputs) => {
  const [condition, a, b] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
  return [{ shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)), dtype: a.dtype }];
};

const expandDims: ShapeRule = (inputs) => {
  const { shape, dtype } = at(inputs, 0);
  const [axis = 0] = known(inputs, 1, 'the axis of an expansion');
  return [{ shape: shape.toSpliced(axis < 0 ? axis + shape.length + 1 : axis, 0, 1), dtype }];
};

const gatherRows: ShapeRule = (inputs) => {
  const [values, indices] = [at(inputs, 0), at(inputs, 1)];
  const [axis = 0] = known(inputs, 2, 'the axis of a gather');
  if (axis !== 0) {
    throw new Error(`Expected a gather along axis 0, found axis ${axis}. Transpose first.`);
  }
  return [{ shape: [...indices.shape, ...values.shape.slice(1)], dtype: values.dtype }];
};

const range: ShapeRule = (inputs) => {
  const [start = 0] = known(inputs, 0, 'the start of a range');
  const [stop = 0] = known(inputs, 1, 'the end of a range');
  const [step = 1] = known(inputs, 2, 'the step of a range');
  return [{ shape: [Math.max(0, Math.ceil((stop - start) / step))], dtype: at(inputs, 0).dtype }];
};

const groupNormRelu: ShapeRule = (inputs, attributes) => {
  const { shape, dtype } = at(inputs, 0);
  const perGroup = { shape: [shape[0] ?? 0, attributes.get('groups') as number], dtype };
  return [{ shape, dtype }, perGroup, perGroup];
};

const groupNormReluGradient: ShapeRule = (inputs) =>
  [0, 2, 2].map((like) => ({ shape: at(inputs, like).shape, dtype: at(inputs, like).dtype }));

const standardise: ShapeRule = (inputs) => {
  const { shape, dtype } = at(inputs, 0);
  return [
    { shape, dtype },
    { shape: shape.slice(-1), dtype },
  ];
};

const named = (rule: ShapeRule, ...ops: string[]): [string, ShapeRule][] => ops.map((op) => [op, rule]);

const rules = new Map<string, ShapeRule>([
  ...named(
    sameAs(0),
    'Abs',
    'Ceil',
    'Cos',
    'Elu',
    'Erf',
    'Exp',
    'Expm1',
    'Floor',
    'Identity',
    'Log',
    'Log1p',
  ),
  ...named(
    sameAs(0),
    'LogSoftmax',
    'Neg',
    'OnesLike',
    'Reciprocal',
    'Relu',
    'Relu6',
    'Round',
    'Rsqrt',
    'Selu',
  ),
  ...named(sameAs(0), 'Sigmoid', 'Sign', 'Sin', 'Softmax', 'Softplus', 'Sqrt', 'Square', 'Tanh', 'ZerosLike'),
  ...named(sameAs(0), 'ReverseV2', 'LogicalNot', 'ClipByValue', 'AddN', 'ReluGrad', 'StopGradient', 'Cumsum'),
  ...named(
    binary,
    'Add',
    'AddV2',
    'Div',
    'DivNoNan',
    'FloorDiv',
    'FloorMod',
    'LogicalAnd',
    'LogicalOr',
    'Maximum',
  ),
  ...named(binary, 'Minimum', 'Mod', 'Mul', 'Pow', 'RealDiv', 'SquaredDifference', 'Sub'),
  ...named(comparison, 'Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'NotEqual'),
  ...named(predicate, 'IsNan', 'IsInf', 'IsFinite'),
  ...named(reduction, 'Max', 'Mean', 'Min', 'Prod', 'Sum', 'All', 'Any'),
  ...named(arg, 'ArgMax', 'ArgMin'),
  ...named(reshape, 'Reshape'),
  ...named(expandDims, 'ExpandDims'),
  ...named(pad, 'Pad', 'PadV2', 'MirrorPad'),
  ...named(conv2d, 'Conv2D'),
  ...named(depthwiseConv2d, 'DepthwiseConv2dNative'),
  ...named(pool, 'MaxPool', 'AvgPool'),
  ...named(sameAs(0), 'MaxPoolGrad'),
  ...named(shapeFromConstant(0, 1), 'Conv2DBackpropInput'),
  ...named(shapeFromConstant(1, 0), 'Conv2DBackpropFilter'),
  ...named(matMul, 'MatMul', 'BatchMatMul', 'BatchMatMulV2'),
  ...named(tile, 'Tile'),
  ...named(transpose, 'Transpose'),
  ...named(slice, 'Slice'),
  ...named(concat, 'ConcatV2'),
  ...named(pack, 'Pack'),
  ...named(oneHot, 'OneHot'),
  ...named(cast, 'Cast'),
  ...named(fill, 'Fill'),
  ...named(select, 'Select', 'SelectV2'),
  ...named(gatherRows, 'GatherV2'),
  ...named(range, 'Range'),
  ...named(groupNormRelu, 'BitGroupNormRelu'),
  ...named(groupNormReluGradient, 'BitGroupNormReluGrad'),
  ...named(standardise, 'BitStandardise'),
  ...named(sameAs(0), 'BitStandardiseGrad'),
  ...named(resize, 'ResizeBilinear', 'ResizeNearestNeighbor'),
]);
