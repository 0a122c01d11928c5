import { InputError, OutsideError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
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
  ['embedded', gpus(80), 'embedded', 'as requested.'],
  ['paper', gpus(80), 'paper', 'as requested.'],
  [
    'paper',
    gpus(),
    'paper',
    'as requested, though it needs an NVIDIA GPU with 12 GiB and this machine has none.',
  ],
])('--profile %s on a machine with %j selects %s', async (requested, machine, profile, reason) => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(selectProfile(experiment, requested, { gpus: machine })).toEqual({ profile, reason });
});

it("a cluster's GPUs have unknown memory, and are assumed to have enough", async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  const cluster = { name: 'the cluster', gpus: [{ memoryBytes: Infinity }] };
  expect(selectProfile(experiment, 'auto', cluster).reason).toBe(`${demand}; the cluster has some.`);
});

const unknown = new OutsideError('nvidia-smi failed', 'Mend the driver.');

it.each<[string, Machine, RegExp, string]>([
  [
    'the GPUs',
    { unknown },
    /whether the profile paper fits, .*: the GPUs of this machine are unknown: nvidia-smi failed$/,
    'Mend the driver, or run without a GPU with --profile embedded.',
  ],
  [
    'the memory of the GPUs',
    { gpus: [{}] },
    /: this machine has 1, and nvidia-smi does not report how much memory$/,
    'Select it with --profile paper, or run without a GPU with --profile embedded.',
  ],
])('--profile auto refuses to choose without knowing %s', async (_, machine, message, remedy) => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  const choosing = (): unknown => selectProfile(experiment, 'auto', machine);
  expect(choosing).toThrow(message);
  expect(choosing).toThrow(expect.objectContaining({ remedy }));
});

it('a named profile is selected even if the GPUs are unknown', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(selectProfile(experiment, 'embedded', { unknown })).toEqual({
    profile: 'embedded',
    reason: 'as requested.',
  });
  expect(selectProfile(experiment, 'paper', { unknown }).reason).toMatch(
    /though it needs .* and the GPUs of this machine are unknown\.$/,
  );
});

it('--profile auto selects by a GPU that fits, whatever is unknown of others', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(selectProfile(experiment, 'auto', { gpus: [{}, ...gpus(80)] }).profile).toBe('paper');
});

describe('on a cluster that nobody asked for GPUs', () => {
  const cluster: Machine = { name: 'the cluster', gpus: [], howToAsk: 'Write `gres`' };

  it('--profile auto refuses to replace a profile for GPUs by one without', async () => {
    const experiment = await loadExperiment(await temporaryFile(valid));
    const choosing = (): unknown => selectProfile(experiment, 'auto', cluster);
    expect(choosing).toThrow(InputError);
    expect(choosing).toThrow(
      expect.objectContaining({
        message: `The profile paper of ${experiment.file} needs an NVIDIA GPU with 12 GiB, but the cluster is asked for none`,
        remedy: 'Write `gres`, or run without a GPU with --profile embedded.',
      }),
    );
  });

  it('a profile without a GPU is selected if it is requested', async () => {
    const experiment = await loadExperiment(await temporaryFile(valid));
    expect(selectProfile(experiment, 'embedded', cluster).reason).toBe('as requested.');
  });

  it('--profile auto selects a first profile that needs no GPU', async () => {
    const experiment = await loadExperiment(await temporaryFile(valid.replace(/^ *minGpuMemory: .*\n/m, '')));
    expect(selectProfile(experiment, 'auto', cluster).profile).toBe('paper');
  });
});

it('--profile auto reports if no profile fits the machine', async () => {
  const demanding = valid.replace('    model: mini', '    minGpuMemory: 16 GiB\n    model: mini');
  const experiment = await loadExperiment(await temporaryFile(demanding));
  expect(() => selectProfile(experiment, 'auto', { gpus: gpus(8) })).toThrow(
    /paper needs an NVIDIA GPU with 12 GiB, embedded needs an NVIDIA GPU with 16 GiB\): this machine has one with 8 GiB/,
  );
});

it('an unknown profile is refused', async () => {
  const experiment = await loadExperiment(await temporaryFile(valid));
  expect(() => selectProfile(experiment, 'papr', { gpus: [] })).toThrow(
    /\(paper, embedded\), but it is papr/,
  );
});
