import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { workspaceRoot } from '@bit-repro/artifacts';

const script = join(workspaceRoot, 'tools/slurm/cluster.sh');

/** Jobs with all cores of the machine, so that their runs are those of the local launcher. */
export const slurm = { cpusPerTask: availableParallelism(), mem: '900M', time: '00:10:00', askEvery: 5 };

/** Why no cluster can be started here; empty if one can. Installs Debian's packages if they are missing. */
export async function whyNot(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  if (await isInstalled()) return '';
  if (!existsSync('/usr/bin/apt-get')) return 'slurm-wlm and munge are not installed';
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await execa('apt-get', ['update'], { reject: false, env });
  await execa('apt-get', ['install', '--yes', '--no-install-recommends', 'slurm-wlm', 'munge', 'procps'], {
    reject: false,
    env,
  });
  return (await isInstalled()) ? '' : 'slurm-wlm and munge cannot be installed';
}

async function isInstalled(): Promise<boolean> {
  const found = await execa('which', ['slurmctld', 'slurmd', 'munged'], { reject: false });
  return found.exitCode === 0;
}

/** A cluster of two nodes on this machine. */
export class Cluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'slurm-'));

  /** Starts the cluster, and returns why that failed; empty if it did not. */
  async up(): Promise<string> {
    // The daemons outlive the script, so do not wait for their output.
    const { exitCode } = await execa('bash', [script, 'up', this.folder], { stdio: 'ignore', reject: false });
    return exitCode === 0 ? '' : `its daemons do not start; see the logs in ${this.folder}`;
  }

  async down(): Promise<void> {
    await execa('bash', [script, 'down', this.folder], { stdio: 'ignore', reject: false });
  }

  /** Kills a node as a power cut would: its daemon, and everything that it started. */
  killNode(name: string): Promise<void> {
    for (const pid of processesOf(isDaemonOf(name))) kill(pid);
    for (const pid of processesOf((_, environment) => environment.includes(`SLURMD_NODENAME=${name}\0`)))
      kill(pid);
    for (const pid of processesOf((line) => line.startsWith('slurmstepd'))) kill(pid);
    return Promise.resolve();
  }

  /** Kills the controller, as a failing machine would. */
  killController(): void {
    for (const pid of processesOf((line) => line.startsWith('slurmctld'))) kill(pid);
  }

  async startController(): Promise<void> {
    await execa('slurmctld', [], { stdio: 'ignore' });
  }

  /** Preempts both nodes for a few seconds. */
  async preempt(): Promise<void> {
    await execa('sbatch', ['--partition=urgent', '--nodes=2', '--exclusive', '--wrap=sleep 5'], {
      cwd: this.folder,
    });
  }

  /** Restarts a killed node. */
  async startNode(name: string): Promise<void> {
    if (processesOf(isDaemonOf(name)).length > 0) return;
    await execa('slurmd', ['-N', name], { stdio: 'ignore' });
    await execa('scontrol', ['update', `nodename=${name}`, 'state=resume'], { reject: false });
  }

  /** The tasks in the queue. */
  async queue(): Promise<{ id: string; state: string; node: string }[]> {
    const { stdout } = await execa('squeue', ['--noheader', '--array', '--format=%i|%T|%N']);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [id = '', state = '', node = ''] = line.split('|');
        return { id, state, node };
      });
  }

  /** Waits until the queue is empty. */
  async drained(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      if ((await this.queue()).length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('The queue was not empty within a minute');
  }

  /** Waits for the first running task. */
  async running(): Promise<{ id: string; node: string }> {
    for (let tries = 0; tries < 300; tries += 1) {
      const found = (await this.queue()).find(({ state }) => state === 'RUNNING');
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('No task ran within a minute');
  }
}

const isDaemonOf =
  (node: string) =>
  (line: string): boolean =>
    line.startsWith(`slurmd -N ${node}`) || line.includes(`/slurmd -N ${node}`);

function processesOf(isWanted: (line: string, environment: string) => boolean): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
      return isWanted(line, environment) && Number(name) !== process.pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
