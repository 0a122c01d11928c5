import { engineEnvironment, loadEngine, provision, setEnvironment } from '@bit-repro/engine';

const installation = await provision({ flavour: 'cpu' });
setEnvironment(engineEnvironment(installation));

/** TensorFlow on the CPU, provisioned if it is not in the cache. */
export const { tf } = loadEngine(installation);
