import type { Command } from '@commander-js/extra-typings';
import { typedPath, type CommandContext } from '@bit-repro/terminal';
import { jsonOption } from './options.ts';

const weightsToScore =
  'npz, safetensors, PyTorch’s, or hub:OWNER/NAME; by default those that are published under the name of the model';
const dataToScore = 'the data set: its name in experiments, or folder:PATH for images of yours';

/** Adds the commands for weights. Each passes its exit code to `end`. */
export function addWeightsCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  program.commandsGroup('Weights:');
  const weights = program.command('weights').description('published weights, and files of weights');
  weights
    .command('list')
    .description('list every published model, and which are in the cache')
    .option(...jsonOption)
    .action(async (options) => {
      const { listCommand } = await import('./commands/weights.ts');
      end(await listCommand(options, context));
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
    .option(...jsonOption)
    .action(async (model, options) => {
      const { verifyCommand } = await import('./commands/weights.ts');
      end(await verifyCommand(model, options, context));
    });
  weights
    .command('show')
    .description('show the network and the tensors in a weights file')
    .argument('<file>', 'npz, safetensors or PyTorch’s, or hub:OWNER/NAME', typedPath)
    .option(...jsonOption)
    .action(async (file, options) => {
      const { showCommand } = await import('./commands/weights.ts');
      end(await showCommand(file, options, context));
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
    .option(...jsonOption)
    .action(async (options) => {
      const { evaluateCommand } = await import('./commands/evaluate.ts');
      end(await evaluateCommand(options, context));
    });
}
