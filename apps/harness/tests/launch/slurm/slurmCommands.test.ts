import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SlurmCommands } from '../../../src/launch/slurm/slurmCommands.ts';
import { stateInOutput } from '../../../src/launch/slurm/endings.ts';

/** Puts an sbatch before all others that is this script. */
function fakeSbatch(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'sbatch-'));
  const file = join(folder, 'sbatch');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before ?? ''}`;
  onTestFinished(() => void (process.env.PATH = before));
}

const submit = (answerWithinMs?: number): Promise<string> =>
  new SlurmCommands(answerWithinMs).sbatch({ options: [], script: ['job.sh'], count: 1, environment: {} });

describe('what sbatch says as it fails', () => {
  // As Slurm 22.05 words them.
  it.each([
    ['Batch job submission failed: Requested node configuration is not available', true],
    ['Batch job submission failed: Invalid account or account/partition combination specified', true],
    ['Batch job submission failed: Memory specification can not be satisfied', true],
    ['invalid partition specified: none-such', true],
    ['Batch job submission failed: Job violates accounting/QOS policy (job submit limit)', true],
    ['Batch job submission failed: Access/permission denied', true],
    ['Batch job submission failed: Unable to contact slurm controller (connect failure)', false],
    ['Batch job submission failed: Socket timed out on send/recv operation', false],
    ['Batch job submission failed: Zero Bytes were transmitted or received', false],
    ['Slurm temporarily unable to accept job, sleeping and retrying', false],
    ['slurm_persist_conn_open: failed to send: Connection refused', false],
  ])('%s: is a no: %s', async (message, isRefusal) => {
    fakeSbatch(`echo 'sbatch: error: ${message}' >&2; exit 1`);
    await expect(submit()).rejects.toMatchObject({ isRefusal, message: `sbatch: sbatch: error: ${message}` });
  });

  it('is no no where it does not answer in time', async () => {
    fakeSbatch('exec sleep 20');
    await expect(submit(200)).rejects.toMatchObject({
      isRefusal: false,
      message: expect.stringContaining('timed out') as string,
    });
  });

  it('is no no where the answer is no id', async () => {
    fakeSbatch('echo busy');
    await expect(submit()).rejects.toMatchObject({ isRefusal: false });
  });
});

describe('the end of a task by its output', () => {
  it.each([
    ['slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T00:00:00 DUE TO TIME LIMIT ***', 'TIMEOUT'],
    [
      'slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T00:00:00 DUE TO PREEMPTION ***',
      'PREEMPTED',
    ],
    [
      'slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T00:00:00 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***',
      'NODE_FAIL',
    ],
    ['slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T00:00:00 ***', 'CANCELLED'],
    ['slurmstepd: error: Detected 1 oom_kill event in StepId=9.batch cgroup.', 'OUT_OF_MEMORY'],
    ['slurmstepd: error: Detected 2 oom-kill event(s) in step 9.batch cgroup.', 'OUT_OF_MEMORY'],
    ['a word of the preamble', undefined],
  ])('%s', (output, state) => {
    expect(stateInOutput(`first\n${output}\n`)).toBe(state);
  });
});
