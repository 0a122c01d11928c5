// Runs measure.ts or ops.ts in its own process, with the environment that TensorFlow needs from the start, as
// the harness does.
import { fileURLToPath } from 'node:url';
import { engineEnvironment, provision } from '@bit-repro/engine';
import { execa } from 'execa';
import { askedPrecision, options, xlaEnvironment } from './options.ts';

const installation = await provision();
const environment = {
  ...process.env,
  ...engineEnvironment(installation, { tensorFloat32: askedPrecision() === 'tensorfloat32' }),
  ...(options.xla && xlaEnvironment(installation)),
};
const program = fileURLToPath(new URL(options.ops ? 'ops.ts' : 'measure.ts', import.meta.url));
const { exitCode } = await execa(
  process.execPath,
  ['--expose-gc', '--import', 'tsx', program, ...process.argv.slice(2)],
  {
    env: environment,
    extendEnv: false,
    stdio: 'inherit',
    reject: false,
  },
);
process.exitCode = exitCode ?? 1;
