import { expect, it } from 'vitest';
import { engineEnvironment, loadEngine, provision, setEnvironment } from '../src/index.ts';

it('an engine for GPUs that can use no GPU is refused, because it would compute on the processor', async () => {
  const installation = await provision({ flavour: 'cpu' });
  setEnvironment(engineEnvironment(installation));
  expect(() => loadEngine({ ...installation, flavour: 'cuda' })).toThrow(
    'TensorFlow cannot use the GPU that nvidia-smi lists',
  );
});
