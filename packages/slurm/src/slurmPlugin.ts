import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OutsideError, counted } from '@bit-repro/artifacts';
import type { LauncherSection } from '@bit-repro/experiment';
import type { LauncherPlugin } from '@bit-repro/launch';
import type { Ticket } from '@bit-repro/runs';
import { clusterProfile } from './clusterProfile.ts';
import { filesOfEndedArrays } from './endedArrays.ts';
import { examineSlurm } from './examineSlurm.ts';
import { requireSlurm, SlurmCommandError, SlurmCommands } from './slurmCommands.ts';
import { SlurmLauncher } from './slurmLauncher.ts';
import { asksForGpu, slurmSchema, type SlurmOptions } from './slurmOptions.ts';

const section: LauncherSection<SlurmOptions> = {
  key: 'slurm',
  schema: slurmSchema,
  atFile(options, file) {
    const { preamble } = options;
    return preamble === undefined ? options : { ...options, preamble: resolve(dirname(file), preamble) };
  },
  problems({ preamble }) {
    if (preamble === undefined || statSync(preamble, { throwIfNoEntry: false })?.isFile() === true) return [];
    return [
      {
        path: ['preamble'],
        expected: 'a bash file that exists',
        found: preamble,
        remedy: 'The path is relative to the file that contains it.',
      },
    ];
  },
  computeCapability: (options) => (asksForGpu(options) ? options.computeCapability : undefined),
};

/** Slurm: runs are tasks of job arrays (docs/cluster.md). */
export const slurmPlugin: LauncherPlugin = {
  name: 'slurm',
  title: 'Slurm',
  section,
  clusterFor({ launchers }) {
    const options = slurmSchema.parse(launchers[section.key] ?? {});
    return {
      machine: {
        name: 'the cluster',
        // Slurm does not report the memory of a GPU.
        ...(asksForGpu(options)
          ? { gpus: [{ memoryBytes: Infinity }] }
          : {
              gpus: [],
              howToAsk:
                'Write `gres` and `device` into its section `slurm`, as configs/slurm-example.yaml does',
            }),
      },
      profileFor: (profile) => clusterProfile(options, profile),
      create: (given) => new SlurmLauncher({ options, ...given }),
    };
  },
  require: requireSlurm,
  cancel,
  leftovers: async (store, tickets) => ({
    files: await filesOfEndedArrays(store, tickets),
    of: 'ended job arrays',
  }),
  examine: examineSlurm,
};

/** @throws OutsideError if Slurm does not answer or refuses. */
async function cancel(tickets: readonly Ticket[]): Promise<number> {
  const commands = new SlurmCommands();
  try {
    const queue = await commands.squeue();
    const jobs = tickets.flatMap(({ job }) => queue.get(job)?.id ?? []);
    await commands.scancel(jobs, false);
    return jobs.length;
  } catch (error) {
    if (!(error instanceof SlurmCommandError)) throw error;
    throw new OutsideError(
      `Slurm could not cancel ${counted(tickets.length, 'job')}: ${error.message}`,
      error.remedy,
      { cause: error },
    );
  }
}
