import type { LauncherPlugin } from '@bit-repro/launch';
import type { LauncherSection } from '@bit-repro/experiment';

/** What sends runs to other machines; each is loaded when an experiment is read. */
const plugins = {
  slurm: async () => (await import('@bit-repro/slurm')).slurmPlugin,
} satisfies Record<string, () => Promise<LauncherPlugin>>;

/** The launcher of this machine, which needs no plugin. */
export const localName = 'local';

/** What `--launcher` accepts; the first is the default. */
export const launcherNames = [localName, ...Object.keys(plugins)];

/** Every launcher of other machines. */
export const clusterLaunchers = (): Promise<LauncherPlugin[]> =>
  Promise.all(Object.values(plugins).map((load) => load()));

/** What an experiment may say to launchers. */
export const launcherSections = async (): Promise<LauncherSection[]> =>
  (await clusterLaunchers()).map(({ section }) => section);
