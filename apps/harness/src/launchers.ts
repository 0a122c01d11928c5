import type { LauncherPlugin } from '@bit-repro/launch';
import type { LauncherSection } from '@bit-repro/experiment';

/** Launchers for other machines, loaded on demand. */
const plugins = {
  slurm: async () => (await import('@bit-repro/slurm')).slurmPlugin,
} satisfies Record<string, () => Promise<LauncherPlugin>>;

/** The launcher of this machine, which needs no plugin. */
export const localName = 'local';

/** The values of `--launcher`; the first is the default. */
export const launcherNames = [localName, ...Object.keys(plugins)];

/** All launchers for other machines. */
export const clusterLaunchers = (): Promise<LauncherPlugin[]> =>
  Promise.all(Object.values(plugins).map((load) => load()));

/** The sections for launchers in an experiment. */
export const launcherSections = async (): Promise<LauncherSection[]> =>
  (await clusterLaunchers()).map(({ section }) => section);
