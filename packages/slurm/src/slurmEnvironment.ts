import { InputError } from '@bit-repro/artifacts';
import type { EngineEnvironment } from '@bit-repro/engine';

/**
 * How people like Slurm's commands to list and to ask; and what would have sbatch wait for the tasks, keep the worker's
 * environment from them, or send their words elsewhere.
 */
const forPeople = /^(?:SQUEUE|SACCT|SCANCEL|SINFO)_|^SBATCH_(?:DEBUG|ERROR|EXPORT|WAIT)$/;

/** Takes from the environment of Slurm's commands what is meant for people. Where jobs go, and who pays, stays the user's. */
export const slurmEnvironment = (): EngineEnvironment =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => forPeople.test(name))
      .map((name) => [name, undefined]),
  );

/** The cluster that the user sends to, for every command: SBATCH_CLUSTERS tells it to sbatch alone, and neither tells it to sacct. */
export function clusterOption(): string[] {
  const cluster = clusters();
  return cluster === '' ? [] : [`--clusters=${cluster}`];
}

/** @throws InputError where there are several: an id of one is that of another job on the next. */
export function requireOneCluster(): void {
  const cluster = clusters();
  if (!cluster.includes(',') && cluster !== 'all') return;
  throw new InputError(
    `Expected one cluster of Slurm, found ${JSON.stringify(cluster)} in the environment`,
    'Name the one to send to in SLURM_CLUSTERS, and none in SBATCH_CLUSTERS.',
  );
}

function clusters(): string {
  const { SBATCH_CLUSTERS = '', SLURM_CLUSTERS = '' } = process.env;
  return SBATCH_CLUSTERS === '' ? SLURM_CLUSTERS : SBATCH_CLUSTERS;
}
