import { engineEnvironment, loadEngine, provision } from '@bit-repro/engine';

const installation = await provision({ flavour: 'cpu' });
Object.assign(process.env, engineEnvironment(installation));

/** TensorFlow on the CPU, provisioned when it is not there yet. */
export const engine = loadEngine(installation);
export const { tf } = engine;
