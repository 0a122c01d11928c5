import { runCommandLine } from '@bit-repro/terminal';
import { addCommands } from './addCommands.ts';
import { runByName } from './shippedConfigs.ts';

await runCommandLine({
  names: ['harness', 'bit-repro'],
  description: 'Re-runs a published figure and shows, with evidence, whether it reproduces.',
  showing: [
    'plan',
    'doctor',
    'validate',
    'configs',
    'simulate',
    'list',
    'verify',
    'evaluate',
    'ls',
    'show',
    'diff',
    'logs',
    'status',
    'watch',
    'help',
    'completion',
    'complete',
  ],
  version: async () => (await import('./commands/version.ts')).version(),
  inFull: runByName,
  addCommands,
});
