import { OutsideError } from '@bit-repro/artifacts';
import { expect, it } from 'vitest';
import { loadExperiment } from '../src/loadExperiment.ts';
import { selectProfile, type Machine } from '../src/selectProfile.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

const gpus = (...gibibytes: number[]): { memoryBytes: number }[] =>
  gibibytes.map((amount) => ({ memoryBytes: amount * 1024 ** 3 }));

const demand = 'paper needs an NVIDIA GPU with 12 GiB';

it.each([
  ['auto', gpus(), 'embedded', `${demand}, embedded needs no GPU; this machine has none.`],
  [
    'auto',
    gpus(8, 11),
    'embedded',
    `${demand}, embedded needs no GPU; this machine has 2 with up to 11 GiB.`,
  ],
  ['auto', gpus(8, 12), 'paper', `${demand}; this machine has 2 with up to 12 GiB.`],
  ['auto', gpus(139.8), 'paper', `${demand}; this machine has one with 139.8 GiB.`],
  ['embedded', gpus(80), 'embedded', 'as asked for.'],
  ['paper', gpus(80), 'paper', 'as asked for.'],
  [
    'paper',
    gpus(),
    'paper',
    `as asked for, though it needs an NVIDIA GPU with 12 GiB and this machine has none.`,
  ],
])('asked for %s on a machine with %j takes %s', async (requested, machine, profile, reason) => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(selectProfile(experiment, requested, { gpus: machine })).toEqual({ profile, reason });
});

it('does not know the memory of a cluster’s GPUs', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  const cluster = { name: 'the cluster', gpus: [{ memoryBytes: Infinity }] };
  expect(selectProfile(experiment, 'auto', cluster).reason).toBe(`${demand}; the cluster has some.`);
});

const unknown = new OutsideError('nvidia-smi failed', 'Mend the driver.');

it.each<[string, Machine, RegExp, string]>([
  [
    'what GPUs there are',
    { unknown },
    /whether the profile paper fits, .* found that it cannot be told what this machine has: nvidia-smi failed$/,
    'Mend the driver, or go on without a GPU by --profile embedded.',
  ],
  [
    'how much memory they have',
    { gpus: [{}] },
    /found that this machine has 1, and nvidia-smi does not tell how much memory$/,
    'Take it by --profile paper, or go on without a GPU by --profile embedded.',
  ],
])('does not choose where it cannot be told %s', async (_, machine, message, remedy) => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  const choosing = (): unknown => selectProfile(experiment, 'auto', machine);
  expect(choosing).toThrow(message);
  expect(choosing).toThrow(expect.objectContaining({ remedy }));
});

it('takes the profile that was asked for where nothing can be told of GPUs', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(selectProfile(experiment, 'embedded', { unknown })).toEqual({
    profile: 'embedded',
    reason: 'as asked for.',
  });
  expect(selectProfile(experiment, 'paper', { unknown }).reason).toMatch(
    /though it needs .* and it cannot be told what this machine has\.$/,
  );
});

it('takes the first GPU that is known to fit, whatever others do not tell', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(selectProfile(experiment, 'auto', { gpus: [{}, ...gpus(80)] }).profile).toBe('paper');
});

it('says what no machine at hand can do', async () => {
  const demanding = valid.replace('    model: mini', '    minGpuMemory: 16 GiB\n    model: mini');
  const experiment = await loadExperiment(await temporaryFile(demanding));
  expect(() => selectProfile(experiment, 'auto', { gpus: gpus(8) })).toThrow(
    /paper needs an NVIDIA GPU with 12 GiB, embedded needs an NVIDIA GPU with 16 GiB\), found that this machine has one with 8 GiB/,
  );
});

it('refuses a profile that there is not', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(() => selectProfile(experiment, 'papr', { gpus: [] })).toThrow(
    /\(paper, embedded\) or auto, found papr/,
  );
});
