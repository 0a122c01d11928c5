import { open } from 'node:fs/promises';
import { InputError } from '@bit-repro/artifacts';
import { npzTensors } from '../npz/npzTensors.ts';
import { startsSafetensors } from '../safetensors/header.ts';
import { withSafetensors } from '../safetensors/read.ts';
import { explained } from '../stored/explained.ts';
import type { StoredTensor } from '../stored/storedTensor.ts';
import { withZip, type Member } from '../stored/zip.ts';
import { pickleMember, torchTensors } from '../torch/torchTensors.ts';

/** A format of weights files. */
export type Format = 'npz' | 'safetensors' | 'PyTorch';

/**
 * Opens a weights file of any format, which its content tells, and passes its tensors to `use`. Names, types,
 * shapes and sizes are read and checked; elements are read on demand.
 *
 * @throws InputError if the file is damaged or of another kind; OutsideError if it cannot be read.
 */
export async function withWeightsFile<T>(
  file: string,
  use: (contents: { format: Format; tensors: readonly StoredTensor[] }) => Promise<T>,
): Promise<T> {
  const start = await explained(file, firstBytes(file, 16));
  if (startsSafetensors(start))
    return withSafetensors(file, (tensors) => use({ format: 'safetensors', tensors }));
  refuseOthers(file, start);
  return withZip(file, async (members: Member[]) => {
    const pickle = pickleMember(members);
    return pickle === undefined
      ? use({ format: 'npz', tensors: await npzTensors(file, members) })
      : use({ format: 'PyTorch', tensors: await torchTensors(file, pickle, members) });
  });
}

const others = [
  {
    start: Buffer.from([0x80]),
    kind: 'a pickle or a file in PyTorch’s older format',
    remedy:
      'Write it again with a PyTorch of your own, for example `torch.save(torch.load("OLD", weights_only=True), "NEW")`.',
  },
  {
    start: Buffer.from('\x89HDF\r\n', 'latin1'),
    kind: 'an HDF5 file',
    remedy: 'Use the npz file that is published under the same name.',
  },
];

function refuseOthers(file: string, start: Buffer): void {
  const other = others.find((one) => start.subarray(0, one.start.length).equals(one.start));
  if (other === undefined) return;
  throw new InputError(
    `Expected an npz file, a safetensors file or a file of torch.save at ${file}, found ${other.kind}`,
    other.remedy,
  );
}

async function firstBytes(file: string, most: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
