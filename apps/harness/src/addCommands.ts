import type { Command } from '@commander-js/extra-typings';
import type { CommandContext } from '@bit-repro/terminal';
import { addExperimentCommands } from './experimentCommands.ts';
import { addMachineCommands } from './machineCommands.ts';
import { addServiceCommands } from './serviceCommands.ts';
import { addStoreCommands } from './storeCommands.ts';
import { addWeightsCommands } from './weightsCommands.ts';

/** Adds all commands, in the order of the help. Each passes its exit code to `end`. */
export function addCommands(program: Command, context: CommandContext, end: (code: number) => void): void {
  addExperimentCommands(program, context, end);
  addStoreCommands(program, context, end);
  addMachineCommands(program, context, end);
  addWeightsCommands(program, context, end);
  addServiceCommands(program, context, end);
}
