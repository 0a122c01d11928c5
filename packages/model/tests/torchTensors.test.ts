import { writeFileSync } from 'node:fs';
import { InputError, openZip } from '@bit-repro/artifacts';
import fc from 'fast-check';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { architectureNamed, describeWeights, readWeights } from '../src/index.ts';
import { npz, zip, type RawMember } from './npzFiles.ts';
import { bitsOf, failure, fileOf, fixture, readAll, small } from './weightsFiles.ts';

const { tensors } = fixture.small;

/** The members of a file of torch.save. */
async function membersOf(name: string): Promise<RawMember[]> {
  const { zip: archive, close } = await openZip(fileOf(small(name)));
  const members: RawMember[] = [];
  for await (const entry of archive.eachEntry())
    members.push({ name: entry.fileName, bytes: await buffer(await archive.openReadStreamPromise(entry)) });
  await close();
  return members;
}

describe('a file of torch.save', () => {
  it('gives tensors of every type and any strides, also of one storage, bit for bit', async () => {
    const read = await readAll(fileOf(small('layouts')));
    expect([...read.keys()]).toEqual(Object.keys(tensors));
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(read.get(name)!.shape, name).toEqual(shape);
      expect(bitsOf(read.get(name)!.data), name).toEqual(bitsOf(values));
    }
  });

  it('gives the state dict of a checkpoint', async () => {
    expect(await readAll(fileOf(small('stateDict')))).toEqual(
      new Map([['a', { shape: [2], data: new Float32Array([1, 1]) }]]),
    );
  });

  it('of a big-endian machine gives the same numbers', async () => {
    const members = (await membersOf('stateDict')).map((member) =>
      member.name.endsWith('/byteorder')
        ? { ...member, bytes: Buffer.from('big') }
        : /\/data\/\d+$/u.test(member.name)
          ? { ...member, bytes: Buffer.from(member.bytes).swap32() }
          : member,
    );
    expect((await readAll(await npz(members))).get('a')!.data).toEqual(new Float32Array([1, 1]));
  });

  it.each([
    ['a whole module', 'module', /Linear\b/u, /state_dict\(\)/u],
    ['arguments of a program', 'namespace', /found argparse\.Namespace/u, /Nothing in it was executed/u],
    ['parameters', 'parameters', /found torch\._utils\._rebuild_parameter/u, /state_dict\(\)/u],
    ['a TorchScript module', 'script', /found __torch__\./u, /state_dict\(\)/u],
    ['a list', 'list', /a dictionary of tensors in .*found another value/u, /state_dict\(\)/u],
    ['a number', 'number', /found another value under "a"/u, /state_dict\(\)/u],
    ['integers', 'integers', /float32, float64 in tensor a of .*found a LongStorage/u, /float32/u],
    ['a pickle of protocol 4', 'laterProtocol', /protocol 2 .*found 4/u, /state_dict\(\)/u],
    ['the older format', 'older', /PyTorch’s older format/u, /torch\.load\(.*weights_only=True/u],
  ])('is refused with %s', async (_, name, message, remedy) => {
    const error = await failure(fileOf(small(name)));
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  it('of an HDF5 file is refused with the way out', async () => {
    const error = await failure(fileOf(Buffer.from('\x89HDF\r\n\x1a\n0000000000', 'latin1')));
    expect(error.message).toContain('found an HDF5 file');
    expect(error.remedy).toContain('npz');
  });
});

describe('a storage is refused', () => {
  let members: RawMember[];
  beforeAll(async () => {
    members = await membersOf('stateDict');
  });
  const changed = (edit: (member: RawMember) => RawMember[]): Promise<string> =>
    npz(members.flatMap((member) => (/\/data\/\d+$/u.test(member.name) ? edit(member) : [member])));

  it.each<[string, (member: RawMember) => RawMember[], RegExp]>([
    ['if it is missing', () => [], /a storage of 8 bytes in tensor a of .*found none/u],
    [
      'if it is shorter than announced',
      (member) => [{ ...member, bytes: member.bytes.subarray(4) }],
      /a storage of 8 bytes in tensor a of .*found 4 bytes/u,
    ],
    ['if it is compressed', (member) => [{ ...member, deflate: true }], /found a compressed one/u],
  ])('%s', async (_, edit, message) => {
    expect((await failure(await changed(edit))).message).toMatch(message);
  });

  /** A pickle of one float32 tensor named a, of storage 0 with two elements. */
  const pickled = (offset: string, shape: string, strides: string): Buffer =>
    Buffer.from(
      '\x80\x02}X\x01\0\0\0a' +
        'ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x02tQ' +
        `${offset}${shape}${strides}\x89}tRs.`,
      'latin1',
    );
  const withPickle = (pickle: Buffer): Promise<string> =>
    npz([
      { name: 'x/data.pkl', bytes: pickle },
      { name: 'x/data/0', bytes: Buffer.from(Float32Array.of(1, 2).buffer) },
    ]);

  it('unless all elements are in it', async () => {
    const file = await withPickle(pickled('K\x01', 'K\x01\x85', 'K\x01\x85'));
    expect((await readAll(file)).get('a')!.data).toEqual(new Float32Array([2]));
  });

  it.each([
    ['an offset behind it', pickled('K\x02', 'K\x01\x85', 'K\x01\x85'), /the last at 3/u],
    ['more elements than it has', pickled('K\0', 'K\x03\x85', 'K\x01\x85'), /the last at 3/u],
    ['strides that lead out of it', pickled('K\0', 'K\x02\x85', 'K\x02\x85'), /the last at 3/u],
    [
      'a shape of exabytes',
      pickled('K\0', 'J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86', 'K\x01K\x01\x86'),
      /the last at/u,
    ],
    ['a negative offset', pickled('J\xff\xff\xff\xff', 'K\x01\x85', 'K\x01\x85'), /found another call/u],
    ['a negative stride', pickled('K\x01', 'K\x02\x85', 'J\xff\xff\xff\xff\x85'), /found another call/u],
    ['strides for other axes', pickled('K\0', 'K\x01\x85', 'K\x01K\x01\x86'), /found another call/u],
  ])('that a tensor reads with %s', async (_, pickle, message) => {
    expect((await failure(await withPickle(pickle))).message).toMatch(message);
  });

  it('before memory is allocated for a tensor that repeats one element', async () => {
    const file = await withPickle(pickled('K\0', 'J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86', 'K\0K\0\x86'));
    const error = await failure(file, (path) =>
      readWeights(path, architectureNamed('mini'), { head: 'none' }),
    );
    expect(error.message).toContain('Expected the 79 tensors of the network');
  });
});

describe('a damaged file of torch.save', () => {
  it('is refused wherever it is truncated', async () => {
    const whole = small('layouts');
    for (let length = 0; length < whole.length; length += 17)
      await failure(fileOf(whole.subarray(0, length)));
  });

  it('with any changed byte is refused, or gives the same tensors', async () => {
    const whole = small('stateDict');
    const sound = await readAll(fileOf(whole));
    const file = fileOf(whole);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      // Every bit of a field is changed at some place.
      changed[at]! ^= 1 << (at % 8);
      writeFileSync(file, changed);
      const result = await readAll(file).catch((error: unknown) => error);
      if (result instanceof Error) expect(result, `byte ${at}`).toBeInstanceOf(InputError);
      else expect(result, `byte ${at}`).toEqual(sound);
    }
  });

  it('whose pickle alone was changed is refused, or is a different file of tensors', async () => {
    const members = await membersOf('layouts');
    const pickle = members.find(({ name }) => name.endsWith('/data.pkl'))!;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(pickle.bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const bytes = Buffer.from(pickle.bytes);
          bytes[at]! ^= mask;
          const file = fileOf(
            await zip(members.map((member) => (member === pickle ? { ...member, bytes } : member))),
          );
          const result = await describeWeights(file).catch((error: unknown) => error);
          if (result instanceof Error) expect(result).toBeInstanceOf(InputError);
        },
      ),
      { numRuns: 400 },
    );
  });
});
