import { InputError } from '@bit-repro/artifacts';
import type { EngineEnvironment } from '@bit-repro/engine';

/**
 * Variables by which users adapt the output of Slurm's commands; and those that would make sbatch wait for
 * the tasks, withhold the worker's environment from them, or redirect their output.
 */
const forPeople = /^(?:SQUEUE|SACCT|SCANCEL|SINFO)_|^SBATCH_(?:DEBUG|ERROR|EXPORT|WAIT)$/;

/**
 * Unsets the user's preferences in the environment of Slurm's commands. Partition and account stay as the
 * user set them.
 */
export const slurmEnvironment = (): EngineEnvironment =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => forPeople.test(name))
      .map((name) => [name, undefined]),
  );

/**
 * The user's cluster as an option for every command: sbatch alone reads SBATCH_CLUSTERS, and sacct reads
 * neither variable.
 */
export function clusterOption(): string[] {
  const cluster = clusters();
  return cluster === '' ? [] : [`--clusters=${cluster}`];
}

/** @throws InputError if several clusters are named, because the same ID may be another job on each. */
export function requireOneCluster(): void {
  const cluster = clusters();
  if (!cluster.includes(',') && cluster !== 'all') return;
  throw new InputError(
    `Expected one Slurm cluster, found ${JSON.stringify(cluster)} in the environment`,
    'Name one cluster in SLURM_CLUSTERS, and none in SBATCH_CLUSTERS.',
  );
}

function clusters(): string {
  const { SBATCH_CLUSTERS = '', SLURM_CLUSTERS = '' } = process.env;
  return SBATCH_CLUSTERS === '' ? SLURM_CLUSTERS : SBATCH_CLUSTERS;
}
