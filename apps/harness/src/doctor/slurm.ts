import { execa } from 'execa';
import { fine, type Finding } from './check.ts';

const timeout = 20_000;

/** What Slurm says of itself, where runs can be sent to a cluster from here. */
export async function examineSlurm(): Promise<Finding[]> {
  const ask = async (command: string, ...options: string[]): Promise<{ failed: boolean; stdout: string }> =>
    execa(command, options, { stdin: 'ignore', timeout, reject: false });
  const version = await ask('sbatch', '--version');
  if (version.failed) return [fine('Slurm', 'none: runs stay on this machine')];
  const [partitions, accounting] = await Promise.all([
    ask('sinfo', '--noheader', '--format=%P %D %G'),
    ask('sacct', '--noheader', '--starttime=now'),
  ]);
  if (partitions.failed) return [fine('Slurm', `${version.stdout}, whose controller does not answer`)];
  const told = partitions.stdout.split('\n').map((line) => {
    const [name = '', nodes = '', gres = ''] = line.trim().split(/\s+/);
    return `${name} (${nodes} nodes${gres === '(null)' ? '' : `, ${gres}`})`;
  });
  return [
    fine('Slurm', `${version.stdout}, partitions ${told.join(', ')}`),
    fine('Accounting', accounting.failed ? 'none: why a lost job ended stays unknown' : 'answers'),
  ];
}
