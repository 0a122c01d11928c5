export { slurmPlugin } from './slurmPlugin.ts';
export { SlurmCommandError } from './slurmCommands.ts';
export { SlurmLauncher } from './slurmLauncher.ts';
