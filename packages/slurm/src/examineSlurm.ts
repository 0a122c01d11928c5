import { execa } from 'execa';
import { clusterOption, slurmEnvironment } from './slurmEnvironment.ts';
import { fine, type Finding } from '@bit-repro/artifacts';

const timeout = 20_000;

/** Reports the version, partitions and accounting of Slurm for `doctor`, if it is installed. */
export async function examineSlurm(): Promise<Finding[]> {
  const ask = async (command: string, ...options: string[]): Promise<{ failed: boolean; stdout: string }> =>
    execa(command, options, { env: slurmEnvironment(), stdin: 'ignore', timeout, reject: false });
  const version = await ask('sbatch', '--version');
  if (version.failed) return [fine('Slurm', 'none: runs stay on this machine')];
  const [partitions, accounting] = await Promise.all([
    ask('sinfo', ...clusterOption(), '--noheader', '--format=%P %D %G'),
    ask('sacct', ...clusterOption(), '--noheader', '--starttime=now'),
  ]);
  if (partitions.failed) return [fine('Slurm', `${version.stdout}, but its controller does not answer`)];
  // Some sites print extra lines, and some versions the cluster's name.
  const rows = partitions.stdout.matchAll(/^(\S+) ([\d.]+[KMG]?) (\S+) *$/gm);
  const told = Array.from(
    rows,
    ([, name, nodes, gres]) => `${name} (${nodes} nodes${gres === '(null)' ? '' : `, ${gres}`})`,
  );
  return [
    fine('Slurm', `${version.stdout}, partitions ${told.join(', ')}`),
    fine('Accounting', accounting.failed ? 'none: the reason why a lost job ended stays unknown' : 'answers'),
  ];
}
