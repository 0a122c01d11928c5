// Runs the fault suite on a sample; with --kills at every kill, with --all everything. Further arguments go to Vitest.
import { execa } from 'execa';

const extents = ['kills', 'all'];
const given = process.argv.slice(2);
const extent = extents.find((name) => given.includes(`--${name}`));
const rest = given.filter((word) => word !== `--${extent}`);
const { exitCode } = await execa(
  'vitest',
  // What takes an hour or more tells how far it is.
  ['run', '--config', 'vitest.faults.config.mjs', ...(extent ? ['--reporter=verbose'] : []), ...rest],
  {
    env: extent ? { FAULTS: extent } : {},
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  },
);
process.exitCode = exitCode ?? 1;
