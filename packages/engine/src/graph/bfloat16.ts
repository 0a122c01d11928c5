/**
 * How an op runs in bfloat16: the positions of the inputs and outputs that change; the others stay float32.
 */
export interface Narrow {
  inputs: readonly number[];
  outputs: readonly number[];
  /** The inputs that must already be in bfloat16 for this to pay off; empty where it always does. */
  where: readonly number[];
}

const first = { inputs: [0], outputs: [0], where: [0] };
const sum = { inputs: [0, 1], outputs: [0], where: [0, 1] };

/**
 * The ops that keep activations, standardised kernels and the gradients of both in bfloat16 when a program
 * asks for it: convolutions, and what lies between two of them. Sums of more than two numbers are in float32
 * or double, also in convolutions.
 */
export const narrowOps: ReadonlyMap<string, Narrow> = new Map([
  ['Conv2D', { inputs: [0, 1], outputs: [0], where: [] }],
  ['Conv2DBackpropInput', { inputs: [1, 2], outputs: [0], where: [] }],
  ['Conv2DBackpropFilter', { inputs: [0, 2], outputs: [0], where: [] }],
  ['BitGroupNormRelu', first],
  ['BitGroupNormReluAgain', first],
  ['BitGroupNormReluGrad', { inputs: [0, 1], outputs: [0], where: [1] }],
  ['BitStandardise', { inputs: [], outputs: [0], where: [] }],
  ['BitStandardiseGrad', { inputs: [0, 1], outputs: [], where: [1] }],
  ['Add', sum],
  ['AddV2', sum],
  ['MaxPool', first],
  ['MaxPoolGrad', { inputs: [0, 1, 2], outputs: [0], where: [0] }],
  ['Pad', first],
  ['PadV2', { inputs: [0, 2], outputs: [0], where: [0] }],
  ['Slice', first],
]);
