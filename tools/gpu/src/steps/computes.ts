import { z } from 'zod';
import { engineEnvironment, provision } from '@bit-repro/engine';
import { bench, harness, hasPeer, node, nvidiaSmi } from '../commands.ts';
import { crop, isSmall, networks } from '../settings.ts';
import type { Step } from '../steps.ts';

const fields = ['name', 'driver_version', 'compute_cap', 'memory.total', 'memory.free', 'power.limit'];

/** Largest relative difference of a float32 convolution; with TF32 it is about 1e-4. */
const tolerance = 1e-5;
const loadsSchema = z.object({
  version: z.string(),
  flavour: z.string(),
  secondsToLoad: z.number(),
  secondsToFirstConvolution: z.number(),
  differences: z.record(z.string(), z.number()),
});
const productSchema = z.object({ tflops: z.number() });

/** A script that computes with TensorFlow, in the environment that it needs from its start; the JSON of its last line. */
async function inside(script: string, changes: Record<string, string | undefined> = {}): Promise<unknown> {
  const environment = { ...engineEnvironment(await provision()), ...changes };
  const output = await node([`tools/gpu/src/inside/${script}`], environment);
  return JSON.parse(output.trimEnd().split('\n').at(-1)!);
}

/** Does it compute at all? */
export const computes: readonly Step[] = [
  {
    name: 'card',
    seconds: 60,
    run: async () => {
      const found = await nvidiaSmi(...fields);
      const value = {
        ...Object.fromEntries((found ?? []).map((text, index) => [fields[index]!, text])),
        hasPeer: await hasPeer(),
      };
      return { value, ...(found === undefined && !isSmall && { problem: 'nvidia-smi lists no GPU' }) };
    },
  },
  { name: 'doctor', seconds: 120, run: async () => ({ value: await harness('doctor') }) },
  {
    name: 'loads',
    seconds: 240,
    run: async () => {
      const value = loadsSchema.parse(await inside('loads.ts'));
      const wrong = Object.entries(value.differences).filter(([, difference]) => !(difference < tolerance));
      const problem = wrong
        .map(([name, difference]) => `${name} differs by ${difference.toExponential(1)}`)
        .join(', ');
      return { value, ...(problem !== '' && { problem }) };
    },
  },
  {
    name: 'product',
    seconds: 120,
    run: async () => ({
      value: {
        float32: productSchema.parse(await inside('product.ts')).tflops,
        // TensorFlow uses TF32 unless it is told not to.
        ...(!isSmall && {
          tf32: productSchema.parse(await inside('product.ts', { NVIDIA_TF32_OVERRIDE: undefined })).tflops,
        }),
      },
    }),
  },
  ...networks.map((network): Step => ({
    name: `bench-${network}`,
    seconds: 240,
    run: async () => ({
      value: { ...(await bench(network, { size: isSmall ? 4 : 32, px: crop, steps: 3 })) },
    }),
  })),
];
