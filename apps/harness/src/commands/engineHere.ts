import { engineEnvironment, loadEngine, provision, setEnvironment, type Engine } from '@bit-repro/engine';
import type { CommandContext } from '@bit-repro/terminal';

/** TensorFlow in this process, provisioned if it is not there. */
export async function engineHere({ print, signal }: CommandContext): Promise<Engine> {
  const installation = await provision({ onMessage: print, signal });
  setEnvironment(engineEnvironment(installation));
  return loadEngine(installation);
}
