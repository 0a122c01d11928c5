import type { Command } from '@commander-js/extra-typings';
import { typedPath, type CommandContext } from '@bit-repro/terminal';
import { jsonOption, wholeNumber } from './options.ts';

/** Adds the commands for this machine and its data. Each passes its exit code to `end`. */
export function addMachineCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  program.commandsGroup('This machine and its data:');
  program
    .command('doctor')
    .description('show this machine’s setup, its problems and their remedies')
    .option(...jsonOption)
    .action(async (options) => {
      const { doctor } = await import('./commands/doctor.ts');
      end(await doctor(options, context));
    });
  program
    .command('provision')
    .description('fetch and compile what runs need: TensorFlow and data sets')
    .argument('[datasets...]', 'their names in experiments; ilsvrc2012 is not fetched, but looked for', [
      'cifar10',
    ])
    .action(async (datasets) => {
      const { provisionAll } = await import('./commands/provision.ts');
      end(await provisionAll(datasets, context));
    });
  program
    .command('data')
    .description('data sets: `data export` writes their images as PNG files')
    .command('export')
    .description('write the images of a data set as PNG files, in a folder that experiments take')
    .argument('<dataset>', 'its name in experiments, for example cifar10')
    .argument('<folder>', 'the folder to make', typedPath)
    .option('--train <count>', 'training images of each class (default: all)', wholeNumber(1))
    .option('--test <count>', 'test images of each class (default: all)', wholeNumber(1))
    .action(async (dataset, folder, options) => {
      const { exportData } = await import('./commands/exportData.ts');
      end(await exportData(dataset, folder, options, context));
    });
}
