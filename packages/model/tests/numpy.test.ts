import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { architectureNamed, encodeIntegers, randomWeights, writeNpz } from '../src/index.ts';
import { newFolder } from './npzFiles.ts';

/** A Python with NumPy, timm and PyTorch, which the product itself does not need. */
const python = process.env.BIT_REPRO_PYTHON;

/** Compares sums; the weights i mod 7 reveal exchanged tensors and wrong index orders. */
const script = `
import json, sys, zipfile
import numpy, timm, torch
path, type_name = sys.argv[1:]
assert zipfile.ZipFile(path).testzip() is None
arrays = numpy.load(path, allow_pickle=False)
model = timm.create_model('resnetv2_50x1_bit', num_classes=10)
model.load_pretrained(path)
kernel = 'resnet/block3/unit04/b/standardized_conv2d/kernel'
loaded = {
    kernel: model.stages[2].blocks[3].conv2.weight.detach().permute(2, 3, 1, 0).numpy(),
    'resnet/head/conv2d/bias': model.head.fc.bias.detach().numpy(),
}
for name, array in loaded.items():
    assert numpy.array_equal(array, arrays[name].astype('f4')), name
weigh = lambda array: float((array.ravel().astype('f8') * (numpy.arange(array.size) % 7)).sum())
print(json.dumps({
    name: {'type': str(array.dtype), 'shape': array.shape, 'sum': weigh(array)} for name, array in arrays.items()
}))
`;

describe.skipIf(python === undefined)('NumPy and timm', () => {
  it.each([
    ['float32', 1e-12],
    ['float16', 1e-2],
  ] as const)('load a file of BiT R50x1 written in %s', async (type, tolerance) => {
    const file = join(newFolder(), 'R50x1.npz');
    const weights = randomWeights(architectureNamed('R50x1'), 10, xoroshiro128plus(0));
    await writeNpz(file, weights, { type });
    const output = execFileSync(python!, ['-c', script, file, type], { encoding: 'utf8' });
    const loaded = JSON.parse(output) as Record<string, { type: string; shape: number[]; sum: number }>;
    expect(Object.keys(loaded)).toEqual([...weights.keys()]);
    for (const [name, { shape, data }] of weights) {
      expect(loaded[name], name).toMatchObject({ type, shape });
      let [sum, scale] = [0, 1];
      for (const [index, value] of data.entries()) {
        sum += value * (index % 7);
        scale += Math.abs(value) * (index % 7);
      }
      expect(Math.abs(loaded[name]!.sum - sum) / scale, name).toBeLessThan(tolerance);
    }
  });

  it('load a file of integers', async () => {
    const file = join(newFolder(), 'integers.npz');
    const labels = Uint16Array.of(0, 9, 65_535);
    writeFileSync(file, await encodeIntegers({ labels, nothing: new Uint16Array() }));
    const load = `import json, sys, numpy\narrays = numpy.load(sys.argv[1])\nprint(json.dumps([[str(array.dtype), array.tolist()] for array in arrays.values()]))`;
    expect(JSON.parse(execFileSync(python!, ['-c', load, file], { encoding: 'utf8' }))).toEqual([
      ['uint16', [...labels]],
      ['uint16', []],
    ]);
  });
});
