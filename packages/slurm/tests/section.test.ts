import { expect, it } from 'vitest';
import { ConfigError, loadExperiment } from '@bit-repro/experiment';
import { slurmPlugin } from '../src/slurmPlugin.ts';
import { temporaryFile, valid } from '@bit-repro/experiment/testing';

it.each([
  {
    what: 'a preamble that does not exist',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\nslurm: { preamble: modules.sh }',
    line: 8,
    key: 'slurm.preamble',
    expected: 'a bash file that exists',
    found: /\/modules\.sh$/,
    remedy: /^The path is relative to the file that contains it\.$/,
  },
  {
    what: 'TF32 on cluster GPUs without it, in the arm that asks for it',
    from: '    baseLr: 0.001',
    to: '    precision: tensorfloat32\nslurm: { gres: gpu:1, computeCapability: 7 }',
    line: 11,
    key: 'arms.1.precision',
    expected: 'GPUs of compute capability 8.0 or higher for `precision: tensorfloat32`',
    found: /^`slurm\.computeCapability` 7\.0 in profile paper$/,
    remedy: /Write `precision: float32`, or make `slurm` ask/,
  },
  {
    what: 'a value that sbatch could take for an option',
    from: 'baseLr: 0.003',
    to: 'baseLr: 0.003\nslurm: { partition: --wrap=x }',
    line: 8,
    key: 'slurm.partition',
    expected: 'a value without spaces that does not begin with a hyphen',
    found: /--wrap=x/,
    remedy: /partition/,
  },
])('an experiment with $what is refused', async ({ from, to, line, key, expected, found, remedy }) => {
  const file = await temporaryFile(valid.replace(from, to));
  const error: unknown = await loadExperiment(file, { sections: [slurmPlugin.section] }).catch(
    (cause: unknown) => cause,
  );
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError');
  expect(error.problems).toEqual([
    expect.objectContaining({
      line,
      key,
      expected,
      found: expect.stringMatching(found) as string,
      remedy: expect.stringMatching(remedy) as string,
    }),
  ]);
});

it('an experiment keeps the options for the launcher alone', async () => {
  const file = await temporaryFile(`${valid}slurm: { gres: gpu:1 }\n`);
  const { launchers } = await loadExperiment(file, { sections: [slurmPlugin.section] });
  expect(launchers).toEqual({ slurm: { gres: 'gpu:1' } });
});
