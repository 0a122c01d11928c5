import type { Command } from '@commander-js/extra-typings';
import { runCommandLine, typedPath, typedPaths, type CommandContext } from '@bit-repro/terminal';
import {
  checkpointOption,
  launcherOption,
  profileOption,
  reportsOption,
  runsOption,
  setOption,
  wholeNumber,
} from './options.ts';
import { addStoreCommands } from './storeCommands.ts';

const weightsToScore =
  'npz, safetensors, PyTorch’s, or hub:OWNER/NAME; by default those that are published under the name of the model';
const dataToScore = 'the data set: its name in experiments, or folder:PATH for images of yours';

/** Adds the commands for experiments, weights and this machine. */
function addCommands(program: Command, context: CommandContext, end: (code: number) => void): void {
  const onExperiment = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument('<config>', 'the experiment, for example configs/fig6.yaml', typedPath)
      .option(...profileOption)
      .option(...setOption)
      .addOption(runsOption());

  onExperiment('run', 'run the unfinished runs of an experiment and write its report')
    .addOption(reportsOption())
    .option('--until-decided', 'add seeds, look by look, until every verdict of the config is decided', false)
    .option('--force', 're-run finished runs too; their old folders are kept beside the new ones', false)
    .option('--save-weights', 'keep the fine-tuned weights of new runs as weights.npz', false)
    .option(...checkpointOption)
    .addOption(launcherOption())
    .action(async (config, options) => {
      const { run } = await import('./commands/run.ts');
      end(await run(config, options, context));
    });
  onExperiment(
    'attach',
    'follow the runs of an experiment that were submitted to a cluster, and write its report',
  )
    .addOption(reportsOption())
    .action(async (config, options) => {
      const { attach } = await import('./commands/run.ts');
      end(await attach(config, options, context));
    });
  program
    .command('cancel')
    .description('cancel runs that were submitted to a cluster; running ones save a checkpoint')
    .argument('[config]', 'the experiment, for example configs/fig6.yaml', typedPath)
    .option('--all', 'all runs of the store instead', false)
    .option(...profileOption)
    .option(...setOption)
    .addOption(runsOption())
    .action(async (config, options) => {
      const { cancel } = await import('./commands/cancel.ts');
      end(await cancel(config, options, context));
    });
  onExperiment('plan', 'show what `run` would do: every run with its state, time and memory; fetches nothing')
    .addOption(launcherOption())
    .option('--json', 'print JSON', false)
    .action(async (config, options) => {
      const { planCommand } = await import('./commands/plan.ts');
      end(await planCommand(config, options, context));
    });
  onExperiment(
    'prepare',
    'make the folders of an experiment’s unfinished runs, for workers started without a launcher',
  ).action(async (config, options) => {
    const { prepare } = await import('./commands/prepare.ts');
    end(await prepare(config, options, context));
  });
  onExperiment(
    'canary',
    'run the shortest run of an experiment twice, and check that both agree to the bit',
  ).action(async (config, options) => {
    const { canary } = await import('./commands/canary.ts');
    end(await canary(config, options, context));
  });
  program
    .command('simulate')
    .description('show how often an experiment’s verdicts would be right and wrong, by simulating its rule')
    .argument('<config>', 'the experiment, for example configs/fig6.yaml', typedPath)
    .option(...profileOption)
    .option(...setOption)
    .option('--replications <count>', 'replications of each case', wholeNumber(1), 20_000)
    .option('--seed <number>', 'of the draws', wholeNumber(0), 0)
    .action(async (config, options) => {
      const { simulate } = await import('./commands/simulate.ts');
      end(await simulate(config, options, context));
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
    .command('doctor')
    .description('show this machine’s setup, its problems and their remedies')
    .action(async () => {
      const { doctor } = await import('./commands/doctor.ts');
      end(await doctor(context));
    });
  program
    .command('validate')
    .description('check experiments without running them')
    .argument('<configs...>', 'the experiments', typedPaths)
    .option(...setOption)
    .action(async (configs, options) => {
      const { validate } = await import('./commands/validate.ts');
      end(await validate(configs, options, context));
    });
  program
    .command('init')
    .description('write an experiment on a folder of your own images; asks for what the options do not say')
    .argument('[config]', 'the file to write (default: the folder’s name, here)', typedPath)
    .option('--folder <path>', 'images: train/CLASS and test/CLASS, or CLASS alone', typedPath)
    .option('--model <name>', 'published network, for GPUs (default: BiT-M-R50x1)')
    .option('--shots <list>', 'training images per class, or all (default: 1,5,10 as far as there are)')
    .option('--seeds <count>', 'how many seeds (default: 5)')
    .action(async (config, options) => {
      const { init } = await import('./commands/init.ts');
      end(await init(config, options, context));
    });
  program
    .command('data')
    .description('data sets')
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
  const weights = program.command('weights').description('published weights, and files of weights');
  weights
    .command('list')
    .description('list every published model, and which are in the cache')
    .action(async () => {
      const { listCommand } = await import('./commands/weights.ts');
      end(await listCommand(context));
    });
  weights
    .command('fetch')
    .description('download the weights of a model into the cache')
    .argument('<model>', 'for example BiT-M-R50x3, or hub:timm/resnetv2_50x3_bit.goog_in21k')
    .action(async (model) => {
      const { fetchCommand } = await import('./commands/weights.ts');
      end(await fetchCommand(model, context));
    });
  weights
    .command('verify')
    .description('check a cached file against the lock file')
    .argument('<model>', 'for example BiT-M-R50x3')
    .action(async (model) => {
      const { verifyCommand } = await import('./commands/weights.ts');
      end(await verifyCommand(model, context));
    });
  weights
    .command('show')
    .description('show the network and the tensors in a weights file')
    .argument('<file>', 'npz, safetensors or PyTorch’s, or hub:OWNER/NAME', typedPath)
    .action(async (file) => {
      const { showCommand } = await import('./commands/weights.ts');
      end(await showCommand(file, context));
    });
  weights
    .command('convert')
    .description('write the network in a weights file as npz or safetensors')
    .argument('<from>', 'npz, safetensors or PyTorch’s, or hub:OWNER/NAME', typedPath)
    .argument('<to>', 'the new file: .npz under the published names, .safetensors under timm’s', typedPath)
    .action(async (from, to) => {
      const { convertCommand } = await import('./commands/weights.ts');
      end(await convertCommand(from, to, context));
    });
  program
    .command('logits')
    .description('write the class scores of images, using the head stored in the weights file')
    .requiredOption('--model <name>', 'a published model or an architecture')
    .option('--weights <file>', weightsToScore, typedPath)
    .option('--dataset <name>', dataToScore, 'cifar10')
    .option('--split <split>', 'train or test', 'test')
    .option('--first <count>', 'number of images, from the first', '16')
    .option('--crop <pixels>', 'size that images are resized to', '128')
    .requiredOption('--out <file>', 'the JSON file for logits and labels', typedPath)
    .action(async (options) => {
      const { logitsCommand } = await import('./commands/logits.ts');
      end(await logitsCommand(options, context));
    });
  program
    .command('evaluate')
    .description('print top-1, top-5 and loss on the test images, using the head stored in the weights file')
    .requiredOption('--model <name>', 'a published model or an architecture')
    .option('--weights <file>', `${weightsToScore}, with a head for the classes of the data set`, typedPath)
    .option('--dataset <name>', dataToScore, 'cifar10')
    .option('--crop <pixels>', 'size that images are resized to', '128')
    .option('--batch <count>', 'images per batch', '100')
    .option('--predictions <file>', 'an npz file for the prediction of each image', typedPath)
    .action(async (options) => {
      const { evaluateCommand } = await import('./commands/evaluate.ts');
      end(await evaluateCommand(options, context));
    });
  program
    .command('schema')
    .description('write the JSON Schemas that editors use to check configs')
    .action(async () => {
      const { schema } = await import('./commands/schema.ts');
      end(await schema(context));
    });
  program
    .command('worker')
    .description('run one run, whose folder `prepare` or a launcher made; see docs/cluster.md')
    .argument('<folder>', 'for example runs/RUN', typedPath)
    .option('--alone', 'hold the run’s lock, because no launcher does', false)
    .option('--save-weights', 'keep the fine-tuned weights as weights.npz', false)
    .option(...checkpointOption)
    .action(async (folder, options) => {
      const { worker } = await import('./commands/worker.ts');
      end(await worker(folder, options, context));
    });
  addStoreCommands(program, context, end);
}

await runCommandLine({
  name: 'harness',
  description: 'Re-runs a published figure and shows, with evidence, whether it reproduces.',
  showing: [
    'plan',
    'doctor',
    'validate',
    'simulate',
    'list',
    'verify',
    'evaluate',
    'ls',
    'show',
    'diff',
    'logs',
    'status',
    'help',
  ],
  addCommands,
});
