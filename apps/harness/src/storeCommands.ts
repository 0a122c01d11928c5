import { Option, type Command } from '@commander-js/extra-typings';
import { type CommandContext, typedPath, typedPaths } from '@bit-repro/terminal';
import { runStates } from '@bit-repro/runs/runStates';
import {
  jsonOption,
  launcherOption,
  profileOption,
  reportsOption,
  runsOption,
  setOption,
  wholeNumber,
} from './options.ts';
import { typedConfig } from './shippedConfigs.ts';

/** Adds the commands for results and for the run store. Each passes its exit code to `end`. */
export function addStoreCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  const command = (name: string, description: string) =>
    program.command(name).description(description).addOption(runsOption());
  const reports = () => reportsOption('folder of the reports');

  program.commandsGroup('Look at results:');
  command('ls', 'list the runs of the store, latest last')
    .option('--experiment <name>', 'only runs of this experiment')
    .addOption(new Option('--state <state>', 'only runs in this state').choices(runStates))
    .option(
      '--where <condition>',
      'only runs of which this holds, for example settings.baseLr=0.003 or top1>0.5 (=, !=, <, >); repeatable',
      repeated,
      [] as string[],
    )
    .option('--newest <count>', 'only so many of these, the latest', wholeNumber(1))
    .addOption(reports())
    .option(...jsonOption)
    .action(async (options) => {
      const { ls } = await import('./commands/ls.ts');
      end(await ls(options, context));
    });
  command('show', 'show everything about a run: its numbers, and the code, data and settings that gave them')
    .argument('<run>', 'the start of its ID, or the digits at its end')
    .option(...jsonOption)
    .action(async (run, options) => {
      const { showRun } = await import('./commands/show.ts');
      end(await showRun(run, options, context));
    });
  command('diff', 'show what changed between two runs, experiments, reports or archives, in any mix')
    .argument('<one>', 'a run, configs/NAME.yaml, report.html or its folder, or NAME.zip', typedPath)
    .argument('<other>', 'the same', typedPath)
    .option(...profileOption)
    .option(...setOption)
    .addOption(launcherOption())
    .option('--all', 'of two runs: include what is equal', false)
    .option(...jsonOption)
    .action(async (one, other, options) => {
      const { diff } = await import('./commands/diff.ts');
      end(await diff([one, other], options, context));
    });
  command('logs', 'print the log of a run’s worker')
    .argument('<run>')
    .option('-f, --follow', 'keep printing until the run ends', false)
    .option('--events', 'print its events instead, one JSON object per line', false)
    .addOption(jsonOf('follow'))
    .action(async (run, options) => {
      const { logs } = await import('./commands/logs.ts');
      end(await logs(run, options, context));
    });
  command('status', 'show what is running, its progress, and what failed')
    .argument('[config]', 'only the runs of this experiment, including those never started', typedConfig)
    .option(...profileOption)
    .option(...setOption)
    .addOption(launcherOption())
    .option(...jsonOption)
    .action(async (config, options) => {
      const { status } = await import('./commands/status.ts');
      end(await status(config, options, context));
    });
  command('watch', 'show the store as it changes, on a page of this machine or in the terminal')
    .addOption(
      new Option('--port <number>', 'of the page').argParser(wholeNumber(0)).default(0, 'a free one'),
    )
    .addOption(new Option('--terminal', 'in the terminal').default(false).conflicts('port'))
    .action(async (options) => {
      const { watch } = await import('./commands/watch.ts');
      end(await watch(options, context));
    });
  command('verify', 'recompute every number of a report from its runs, and compare')
    .argument('<report>', 'the page of the report, for example reports/fig6/report.html', typedPath)
    .option(
      '--archive <file>',
      'read the runs from an exported archive (default: the store, or runs.zip beside the report)',
      typedPath,
    )
    .option(
      '--rerun <count>',
      'also carry out so many of its runs again, and compare their results',
      wholeNumber(1),
    )
    .option(
      '--seed <number>',
      'draw the runs for --rerun with this seed (default: a random one)',
      wholeNumber(0),
    )
    .option(...jsonOption)
    .action(async (report, options) => {
      const { verify } = await import('./commands/verify.ts');
      end(await verify(report, options, context));
    });
  program.commandsGroup('Manage the run store:');
  command('gc', 'list runs that are no longer useful: damaged, failed or interrupted')
    .option('--delete', 'move them to the trash of the store', false)
    .option('--finished', 'include finished runs made by other code', false)
    .option('--superseded', 'include finished runs that later ones replace', false)
    .addOption(reports())
    .option('--empty-trash', 'delete everything in the trash', false)
    .option('--yes', 'do not ask for confirmation', false)
    .addOption(jsonOf('delete', 'emptyTrash'))
    .action(async (options) => {
      const { gc } = await import('./commands/gc.ts');
      end(await gc(options, context));
    });
  command(
    'export',
    'export finished runs into an archive, a table or for TensorBoard, or a report’s results into LaTeX',
  )
    .argument(
      '<file>',
      'the file to write: NAME.zip with the reports of experiments, NAME.csv, NAME.parquet, NAME.tex, or NAME.tensorboard',
      typedPath,
    )
    .argument(
      '[what...]',
      'experiments (configs/fig6.yaml), runs, or reports (report.html or its folder) for their runs; default: all finished runs',
      typedPaths,
    )
    .addOption(reports())
    .option(...profileOption)
    .option(...setOption)
    .addOption(launcherOption())
    .addOption(
      new Option(
        '--rows <what>',
        'of a table: one for each run, or for each number of each step (default: runs)',
      ).choices(['runs', 'curves'] as const),
    )
    .option('--dry-run', 'only print what the file would contain', false)
    .option(...jsonOption)
    .action(async (file, what, options) => {
      const { exportCommand } = await import('./commands/export.ts');
      end(await exportCommand(file, what, options, context));
    });
  command('import', 'import the runs and reports of an archive, after checking all of it')
    .argument('<archive>', 'the archive', typedPath)
    .addOption(reports())
    .action(async (archive, options) => {
      const { importCommand } = await import('./commands/archive.ts');
      end(await importCommand(archive, options, context));
    });
}

/** `--json`, where it cannot be had together with other options. */
const jsonOf = (...others: string[]) =>
  new Option(jsonOption[0], jsonOption[1]).default(false).conflicts(others);

const repeated = (one: string, all: string[]): string[] => [...all, one];
