import { fromNetwork } from '@bit-repro/artifacts/testing';
import {
  engineEnvironment,
  loadEngine,
  provision,
  setEnvironment,
  type Engine,
  type Installation,
} from '../src/index.ts';

/** What `prepare` makes of TensorFlow for the processor; see `fromNetwork` for where there is none. */
export const installationForTests = <T extends object = Installation>(
  prepare: (installation: Installation) => T | Promise<T> = (installation) => installation as unknown as T,
): Promise<T> => fromNetwork('TensorFlow', () => provision({ flavour: 'cpu' }), prepare);

/** TensorFlow for the processor, loaded into this process. */
export const engineForTests = (): Promise<Engine> =>
  installationForTests((installation) => {
    setEnvironment(engineEnvironment(installation));
    return loadEngine(installation);
  });
