import { engineEnvironment, loadEngine, provision, setEnvironment } from '@bit-repro/engine';

const installation = await provision({ flavour: 'cpu' });
setEnvironment(engineEnvironment(installation));

/** TensorFlow on the CPU, provisioned when it is not there yet. */
export const engine = loadEngine(installation);
export const { tf } = engine;
