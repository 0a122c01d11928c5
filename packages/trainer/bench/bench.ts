// Runs measure.ts in a process of its own, with the environment that TensorFlow needs from its start, as the harness does.
import { fileURLToPath } from 'node:url';
import { engineEnvironment, provision } from '@bit-repro/engine';
import { execa } from 'execa';

const environment = engineEnvironment(await provision());
const measure = fileURLToPath(new URL('measure.ts', import.meta.url));
const { exitCode } = await execa(
  process.execPath,
  ['--expose-gc', '--import', 'tsx', measure, ...process.argv.slice(2)],
  {
    env: environment,
    stdio: 'inherit',
    reject: false,
  },
);
process.exitCode = exitCode ?? 1;
