// Runs the fault suite, or with --all everything instead of a sample; further arguments go to Vitest.
import { execa } from 'execa';

const given = process.argv.slice(2);
const { exitCode } = await execa(
  'vitest',
  ['run', '--config', 'vitest.faults.config.mjs', ...given.filter((word) => word !== '--all')],
  {
    env: given.includes('--all') ? { FAULTS: 'all' } : {},
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  },
);
process.exitCode = exitCode ?? 1;
