import type { ConstantValues, TensorSpec } from './recording.ts';

/** An input of a traced op: its shape and dtype, and its values if it is a constant. */
export interface TracedInput extends TensorSpec {
  values?: ConstantValues;
}

/** An op's attributes by name. */
export type Attributes = ReadonlyMap<string, unknown>;
/** Computes the outputs of an op from its inputs and attributes. */
export type ShapeRule = (inputs: readonly TracedInput[], attributes: Attributes) => TensorSpec[];

/** The input at a position. */
export const at = (inputs: readonly TracedInput[], index: number): TracedInput => {
  const input = inputs[index];
  if (input === undefined) throw new RangeError(`Expected an input ${index}, found ${inputs.length} inputs`);
  return input;
};

/** The values of an input that must be a constant. */
export const known = (inputs: readonly TracedInput[], index: number, what: string): number[] => {
  const { values } = at(inputs, index);
  if (values === undefined) {
    throw new Error(
      `Expected ${what} to be a constant, found a computed tensor. Shapes may depend on the batch size alone, not on data.`,
    );
  }
  return Array.from(values);
};

/** The shape that two shapes broadcast to, by NumPy's rules. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new Error(
        `Expected shapes that broadcast, found [${a.join(', ')}] and [${b.join(', ')}]. Reshape one of the operands.`,
      );
    }
    return left === 1 ? right : left;
  });
}
