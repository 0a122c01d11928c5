import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { examineSlurm } from '../src/examineSlurm.ts';
import { requireSlurm, SlurmCommands } from '../src/slurmCommands.ts';
import { stateInOutput } from '../src/endings.ts';

/** Puts this script first on the PATH as a command, and sets variables. */
function fake(command: string, script: string, environment: NodeJS.ProcessEnv = {}): void {
  const folder = mkdtempSync(join(tmpdir(), 'slurm-commands-'));
  const file = join(folder, command);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const set = { PATH: `${folder}:${process.env.PATH ?? ''}`, ...environment };
  for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const commands = new SlurmCommands();
const submit = (answerWithinMs?: number): Promise<string> =>
  new SlurmCommands(answerWithinMs).sbatch({ options: [], script: ['job.sh'], count: 1, environment: {} });

describe('an error of sbatch', () => {
  // In the words of Slurm 22.05.
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
  ])('%s: is a refusal: %s', async (message, isRefusal) => {
    fake('sbatch', `echo 'sbatch: error: ${message}' >&2; exit 1`);
    await expect(submit()).rejects.toMatchObject({ isRefusal, message: `sbatch: sbatch: error: ${message}` });
  });

  it('is not a refusal if sbatch does not answer in time', async () => {
    fake('sbatch', 'exec sleep 20');
    await expect(submit(200)).rejects.toMatchObject({
      isRefusal: false,
      message: expect.stringContaining('timed out') as string,
    });
  });

  it('is not a refusal if the answer contains no ID', async () => {
    fake('sbatch', 'echo busy');
    await expect(submit()).rejects.toMatchObject({ isRefusal: false });
  });
});

describe('the ID of an array', () => {
  it.each([
    ['7', '7'],
    ['7;other', '7'],
    ['Welcome to the cluster\\n--> all well\\n7', '7'],
  ])('is read from the answer %j', async (answer, id) => {
    fake('sbatch', `printf '${answer}\\n'`);
    expect(await submit()).toBe(id);
  });
});

describe('variables that users set for Slurm’s commands', () => {
  /** As the command behaves if one of these variables is set: it lists nothing, asks or waits. */
  const unlessSet = (name: string, answer: string): string =>
    `if [ -z "\${${name}+set}" ]; then printf '${answer}\\n'; fi`;

  it.each([
    ['SQUEUE_STATES', 'RUNNING'],
    ['SQUEUE_PARTITION', 'cpu'],
    ['SQUEUE_ACCOUNT', 'other'],
    ['SQUEUE_FORMAT2', 'jobid'],
  ])('hide no task: %s=%s', async (name, value) => {
    fake('squeue', unlessSet(name, '7_0|PENDING|mine|None'), { [name]: value });
    expect([...(await commands.squeue()).keys()]).toEqual(['mine_0']);
  });

  it.each([
    ['SBATCH_WAIT', '1'],
    ['SBATCH_EXPORT', 'NONE'],
    ['SBATCH_ERROR', 'errors.txt'],
    ['SBATCH_DEBUG', '2'],
  ])('do not detach a task from its launcher: %s=%s', async (name, value) => {
    fake('sbatch', unlessSet(name, '7'), { [name]: value });
    expect(await submit()).toBe('7');
  });

  it('do not hide how a task ended', async () => {
    fake('sacct', unlessSet('SACCT_LOCAL', '7_0|TIMEOUT'), { SACCT_LOCAL: '1' });
    expect(await commands.sacct(['7_0'])).toEqual(new Map([['7_0', 'TIMEOUT']]));
  });

  it('do not keep a task from being cancelled', async () => {
    fake('scancel', '[ -z "$SCANCEL_STATE" ]', { SCANCEL_STATE: 'PENDING' });
    await expect(commands.scancel(['7_0'], false)).resolves.toBeUndefined();
  });

  it('still decide the partition and the account', async () => {
    const environment = { SBATCH_ACCOUNT: 'ml', SBATCH_PARTITION: 'gpu', SLURM_CONF: '/etc/other.conf' };
    fake(
      'sbatch',
      '[ "$SBATCH_ACCOUNT $SBATCH_PARTITION $SLURM_CONF" = "ml gpu /etc/other.conf" ] && echo 7',
      environment,
    );
    expect(await submit()).toBe('7');
  });
});

describe('the cluster in the environment', () => {
  const called = 'case " $* " in *" --clusters=far "*) echo "7_0|RUNNING|mine|None";; esac';

  it.each(['SLURM_CLUSTERS', 'SBATCH_CLUSTERS'])(
    'is passed to every command if it is set by %s',
    async (name) => {
      fake('squeue', called, { [name]: 'far' });
      fake('sacct', called);
      expect([...(await commands.squeue()).keys()]).toEqual(['mine_0']);
      expect([...(await commands.sacct(['7_0'])).keys()]).toEqual(['7_0']);
    },
  );

  it.each(['far,near', 'all'])('must be a single one: %s', async (clusters) => {
    fake('sbatch', 'exit 0', { SLURM_CLUSTERS: clusters });
    await expect(requireSlurm('cancel')).rejects.toMatchObject({
      message: `Expected one Slurm cluster, found "${clusters}" in the environment`,
      remedy: expect.stringContaining('SLURM_CLUSTERS') as string,
    });
  });
});

it('doctor lists all partitions, whatever else sinfo prints', async () => {
  fake('sbatch', 'echo slurm 22.05.8');
  fake('sacct', 'exit 1');
  fake('sinfo', `[ -z "$SINFO_PARTITION" ] && printf 'CLUSTER: far\\nmain* 1.2K (null)\\ngpu 4 gpu:1\\n'`, {
    SINFO_PARTITION: 'gpu',
  });
  expect((await examineSlurm())[0]!.value).toBe(
    'slurm 22.05.8, partitions main* (1.2K nodes), gpu (4 nodes, gpu:1)',
  );
});

describe('the final state of a task, from its output', () => {
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
    ['a line printed by the preamble', undefined],
  ])('%s', (output, state) => {
    expect(stateInOutput(`first\n${output}\n`)).toBe(state);
  });
});
