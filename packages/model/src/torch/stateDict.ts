import { InputError } from '@bit-repro/artifacts';
import { printable } from '../stored/printable.ts';
import { PickledTensor, type Pickled } from './pickled.ts';

/** Under which training code keeps a state dict beside its optimiser's: the authors of BiT, and others. */
const wrappers = ['model', 'state_dict'];

/** The tensors of a state dict, or of the one in a checkpoint. @throws InputError if there is none. */
export function stateDictOf(file: string, value: Pickled): [string, PickledTensor][] {
  const wrapped = value instanceof Map ? wrappers.map((key) => value.get(key)) : [];
  const state = wrapped.find((inner) => inner instanceof Map) ?? value;
  if (!(state instanceof Map)) throw unsound(file, 'a dictionary of tensors', 'another value');
  return [...state].map(([name, tensor]) => {
    if (!(tensor instanceof PickledTensor)) {
      const keys = wrappers.map((key) => JSON.stringify(key)).join(' or ');
      throw unsound(
        file,
        `a dictionary of tensors, by itself or under ${keys}`,
        `another value under ${printable(JSON.stringify(name))}`,
      );
    }
    return [String(name), tensor];
  });
}

const unsound = (file: string, expected: string, found: string): InputError =>
  new InputError(
    `Expected ${expected} in ${file}, found ${found}`,
    'Write the network’s state dict alone: `torch.save(model.state_dict(), "NEW")`.',
  );
