import { expect, it } from 'vitest';
import { engineEnvironment, loadEngine, provision, setEnvironment } from '../src/index.ts';

it('an engine for GPUs that can use none is refused, for it would compute on the processor', async () => {
  const installation = await provision({ flavour: 'cpu' });
  setEnvironment(engineEnvironment(installation));
  expect(() => loadEngine({ ...installation, flavour: 'cuda' })).toThrow(
    'Expected TensorFlow to compute on the GPU that nvidia-smi lists, found that it can use none',
  );
});
