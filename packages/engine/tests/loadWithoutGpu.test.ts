import { expect, it } from 'vitest';
import { engineEnvironment, loadEngine, setEnvironment } from '../src/index.ts';
import { installationForTests } from '../testing/index.ts';

const installation = await installationForTests();
setEnvironment(engineEnvironment(installation));

it('an engine for GPUs that can use none is refused, for it would compute on the processor', () => {
  expect(() => loadEngine({ ...installation, flavour: 'cuda' })).toThrow(
    'TensorFlow cannot use the GPU that nvidia-smi lists',
  );
});
