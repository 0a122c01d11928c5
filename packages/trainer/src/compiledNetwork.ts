import { compile, type CompiledProgram, type FeedValues, type TensorFlow } from '@bit-repro/engine';
import { parameterShapes, type Weights } from '@bit-repro/model';
import type { MicroBatch, NetworkOptions, TrainableNetwork, UpdateRates } from './network.ts';
import { networkEntries, networkVariables, variableOf } from './networkEntries.ts';

const { parameter, velocity } = variableOf;

/**
 * A network that runs as one compiled TensorFlow graph. Parameters, momentum and gradients stay on the
 * device.
 *
 * @throws GraphError if TensorFlow fails; `kind` is `resource-exhausted` if it runs out of memory.
 */
export function compiledNetwork(tf: TensorFlow, options: NetworkOptions): TrainableNetwork {
  const { architecture, classes } = options;
  const shapes = parameterShapes(architecture, classes);
  const names = shapes.map(({ name }) => name);
  const program = compile(tf, {
    variables: networkVariables(shapes),
    entries: networkEntries(tf, options),
    activations: options.precision === 'bfloat16' ? 'bfloat16' : 'float32',
  });
  writeVariables(program, parameter, options.weights);
  if (options.velocities === undefined) program.run('reset', {});
  else writeVariables(program, velocity, options.velocities);

  /** Whether the standardised kernels match the parameters. */
  let prepared = false;
  /** Whether the sums of gradients contain micro-batches. */
  let accumulating = false;
  const prepare = (): void => {
    if (!prepared) program.run('prepare', {});
    prepared = true;
  };

  return {
    step(batch, rates) {
      if (prepared) program.run('release', {});
      prepared = false;
      return program.run('step', { ...batchFeeds(batch, 1), ...rateFeeds(rates) }).loss[0]!;
    },
    accumulate(batch, weight) {
      prepare();
      if (!accumulating) program.run('clear', {});
      accumulating = true;
      return program.run('accumulate', batchFeeds(batch, weight)).loss[0]!;
    },
    update(rates) {
      program.run('update', rateFeeds(rates));
      prepared = false;
      accumulating = false;
    },
    logits(images) {
      prepare();
      return program.run('score', { images }).logits;
    },
    discard() {
      accumulating = false;
    },
    state() {
      const read = (role: (name: string) => string): Weights => {
        const values = program.read(names.map(role));
        return new Map(shapes.map(({ name, shape }) => [name, { shape, data: values.get(role(name))! }]));
      };
      return { parameters: read(parameter), velocities: read(velocity) };
    },
    dispose() {
      program.dispose();
    },
  };
}

/** A separate function, so that nothing in the network keeps the weights in host memory. */
function writeVariables(
  program: Pick<CompiledProgram<never>, 'write'>,
  role: (name: string) => string,
  values: Weights,
): void {
  program.write(new Map([...values].map(([name, { data }]) => [role(name), data])));
}

function batchFeeds(
  { images, labels, cropsAndFlips: { top, left, flip }, lambda }: MicroBatch,
  weight: number,
): Record<'images' | 'labels' | 'top' | 'left' | 'flip' | 'share', FeedValues> & { lambda?: FeedValues } {
  const count = lambda === undefined ? labels.length : labels.length / 2;
  const share = Float32Array.of(weight / count);
  const mix = lambda === undefined ? {} : { lambda: Float32Array.of(lambda) };
  return { images, labels, top, left, flip, share, ...mix };
}

const rateFeeds = ({ learningRate, momentum }: UpdateRates) => ({
  learningRate: Float32Array.of(learningRate),
  momentum: Float32Array.of(momentum),
});
