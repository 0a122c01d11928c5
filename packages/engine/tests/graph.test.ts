import type { Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { batch, compile, entry, type EntryDefinition } from '../src/index.ts';
import { engineForTests } from '../testing/index.ts';
import { nativeBackend } from '../src/graph/nativeBackend.ts';

const { tf } = await engineForTests();

const images = { shape: [batch, 4, 4, 2], dtype: 'float32' } as const;
const values = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));

/** Runs a function of images compiled and eagerly, and returns both results. */
function bothWays(size: number, build: (x: Tensor4D) => Tensor): [number[], number[]] {
  const program = compile(tf, {
    variables: new Map(),
    entries: {
      run: entry({ inputs: { x: images }, build: ({ x }) => ({ outputs: { y: build(x as Tensor4D) } }) }),
    },
  });
  try {
    const data = values(size * 32);
    const eager = tf.tidy(() => build(tf.tensor4d(data, [size, 4, 4, 2])).dataSync());
    return [[...program.run('run', { x: data }).y], [...eager]];
  } finally {
    program.dispose();
  }
}

describe('a compiled function', () => {
  const kernel = (): Tensor4D => tf.tensor4d(values(36), [3, 3, 2, 2]);
  const functions: [string, (x: Tensor4D) => Tensor][] = [
    ['convolution, same padding', (x) => tf.conv2d(x, kernel(), 1, 'same')],
    [
      'strided convolution, explicit pad',
      (x) =>
        tf.conv2d(
          tf.pad(x, [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ]),
          kernel(),
          2,
          'valid',
        ),
    ],
    [
      'depthwise convolution, strided, then relu6',
      (x) => tf.relu6(tf.depthwiseConv2d(x, tf.tensor4d(values(54), [3, 3, 2, 3]), 2, 'same')),
    ],
    ['max-pool', (x) => tf.maxPool(x, 3, 2, 'valid')],
    [
      'reductions and broadcasting',
      (x) =>
        tf
          .sub(x, tf.mean(x, [1, 2], true))
          .square()
          .sum([1, 2, 3]),
    ],
    [
      'reshape, tile and transpose',
      (x) => tf.tile(tf.transpose(tf.reshape(x, [-1, 16, 2]), [0, 2, 1]), [1, 2, 1]),
    ],
    [
      'slice, concat and stack',
      (x) => tf.stack([tf.concat([x.slice([0, 1], [-1, 2]), x.slice([0, 0], [-1, 2])], 1), x]),
    ],
    [
      'softmax of a matrix product',
      (x) => tf.softmax(tf.matMul(tf.reshape<Rank.R2>(x, [-1, 32]), tf.ones([32, 5]))),
    ],
    ['bilinear resize', (x) => tf.image.resizeBilinear(x, [7, 5], false, true)],
    [
      'casts, comparisons and selection',
      (x) => tf.where(tf.greater(x, 0), x, tf.zerosLike(x)).toInt().toFloat(),
    ],
    ['a gradient', (x) => tf.grad((y) => tf.relu(tf.conv2d(y as Tensor4D, kernel(), 1, 'same')).sum())(x)],
    ['one-hot', (x) => tf.oneHot(tf.argMax<Tensor1D>(tf.reshape(x, [-1, 32]), 1), 32)],
  ];

  it.each(functions)('computes the same as eager execution: %s', (_, build) => {
    const [compiled, eager] = bothWays(4, build);
    expect(compiled).toHaveLength(eager.length);
    for (const [index, value] of eager.entries()) expect(compiled[index]).toBeCloseTo(value, 5);
  });

  it.each([1, 2, 7])('works for a batch of %d, also at sizes it was not traced at', (size) => {
    const [compiled, eager] = bothWays(size, (x) => tf.reshape(x, [x.shape[0] * 2, 16]).sum(1));
    expect(compiled).toHaveLength(2 * size);
    for (const [index, value] of eager.entries()) expect(compiled[index]).toBeCloseTo(value, 5);
  });
});

describe('a program with variables', () => {
  const define = (): Parameters<typeof compile>[1] => ({
    variables: new Map([
      ['p', [2]],
      ['v', [2]],
    ]),
    entries: {
      step: entry({
        inputs: { gradient: { shape: [2], dtype: 'float32' }, rate: { shape: [], dtype: 'float32' } },
        build: ({ gradient, rate }, read) => ({
          outputs: { before: read('p') },
          momentum: new Map([
            ['p', { velocity: 'v', gradient, learningRate: rate as Scalar, momentum: tf.scalar(0.9) }],
          ]),
        }),
      }),
      increase: entry({
        inputs: { by: { shape: [2], dtype: 'float32' } },
        build: ({ by }, read) => ({ outputs: { before: read('p') }, add: new Map([['p', by]]) }),
      }),
      swap: entry({
        inputs: {},
        build: (_, read) => ({
          assign: new Map([
            ['p', read('v')],
            ['v', read('p')],
          ]),
        }),
      }),
    },
  });

  it('updates by SGD with momentum in PyTorch’s form', () => {
    const program = compile(tf, define());
    program.write(new Map([['p', Float32Array.of(1, 2)]]));
    program.write(new Map([['v', Float32Array.of(0, 0)]]));
    const inputs = { gradient: Float32Array.of(1, -1), rate: Float32Array.of(0.5) };
    program.run('step', inputs);
    program.run('step', { ...inputs, rate: Float32Array.of(0.1) });
    // v: 1, then 1.9; p: 1 - 0.5 = 0.5, then 0.5 - 0.19 = 0.31.
    expect(program.read(['p']).get('p')?.[0]).toBeCloseTo(0.31, 6);
    expect(program.read(['v']).get('v')?.[0]).toBeCloseTo(1.9, 6);
    program.dispose();
  });

  it('reads every variable before it writes any', () => {
    const program = compile(tf, define());
    program.write(new Map([['p', Float32Array.of(1, 2)]]));
    program.write(new Map([['v', Float32Array.of(3, 4)]]));
    expect([
      ...(program.run('increase', { by: Float32Array.of(1, 1) }) as { before: Float32Array }).before,
    ]).toEqual([1, 2]);
    program.run('swap', {});
    expect([[...program.read(['p']).get('p')!], [...program.read(['v']).get('v')!]]).toEqual([
      [3, 4],
      [2, 3],
    ]);
    program.dispose();
  });

  it('updates no variable if a gradient cannot be computed', () => {
    const step = entry({
      inputs: { x: { shape: [batch], dtype: 'float32' } },
      build: ({ x }, read) => {
        const rates = { learningRate: tf.scalar(1), momentum: tf.scalar(0) };
        const good = { velocity: 'va', gradient: tf.mul(read('a'), 2), ...rates };
        // Two batch sizes that first meet at run time.
        const bad = { velocity: 'vb', gradient: tf.sum(tf.mul(x, read('missing'))).reshape([1]), ...rates };
        return {
          momentum: new Map([
            ['a', good],
            ['b', bad],
          ]),
        };
      },
    });
    const shapes = new Map(['a', 'b', 'va', 'vb', 'missing'].map((name) => [name, [1]]));
    const program = compile(tf, { variables: shapes, entries: { step } });
    program.write(new Map(['a', 'b', 'va', 'vb'].map((name) => [name, Float32Array.of(1)])));
    expect(() => program.run('step', { x: Float32Array.of(1, 2) })).toThrow('failed to run');
    expect(program.read(['a'])).toEqual(new Map([['a', Float32Array.of(1)]]));
    program.dispose();
  });

  it('sets variables to zero, and releases them', () => {
    const program = compile(tf, {
      variables: new Map([['w', [2, 2]]]),
      entries: {
        clear: entry({ inputs: {}, build: () => ({ clear: ['w'] }) }),
        release: entry({ inputs: {}, build: () => ({ release: ['w'] }) }),
      },
    });
    program.run('clear', {});
    expect(program.read(['w']).get('w')).toEqual(new Float32Array(4));
    program.run('release', {});
    expect(program.read(['w']).get('w')).toEqual(new Float32Array());
    program.write(new Map([['w', Float32Array.of(1, 2, 3, 4)]]));
    expect(program.read(['w']).get('w')).toEqual(Float32Array.of(1, 2, 3, 4));
    program.dispose();
  });

  it('leaves the array unchanged that a variable was written from', () => {
    const add = entry({ inputs: {}, build: () => ({ add: new Map([['w', tf.ones([256])]]) }) });
    const program = compile(tf, { variables: new Map([['w', [256]]]), entries: { add } });
    const given = new Float32Array(256);
    program.write(new Map([['w', given]]));
    program.run('add', {});
    expect(given).toEqual(new Float32Array(256));
    program.dispose();
  });

  it('keeps its variables separate from those of another program', () => {
    const [one, other] = [compile(tf, define()), compile(tf, define())];
    one.write(new Map([['p', Float32Array.of(1, 2)]]));
    other.write(new Map([['p', Float32Array.of(8, 9)]]));
    expect([...one.read(['p']).get('p')!]).toEqual([1, 2]);
    one.dispose();
    other.dispose();
  });
});

describe('a function that cannot be compiled', () => {
  const outside = (): Tensor => tf.tensor1d([1, 2]);
  const compileOnly = (build: EntryDefinition['build']): void => {
    compile(tf, {
      variables: new Map(),
      entries: { run: entry({ inputs: { x: images }, build }) },
    }).dispose();
  };

  it.each<[string, EntryDefinition['build'], RegExp]>([
    [
      'reads values',
      ({ x }) => ({ outputs: { y: tf.scalar(x!.dataSync()[0]!) } }),
      /reads values \(dataSync\)/,
    ],
    [
      'draws random numbers',
      ({ x }) => ({ outputs: { y: tf.multinomial(x!.reshape<Tensor2D>([-1, 32]), 1) } }),
      /`Multinomial`/,
    ],
    [
      'writes a variable that does not exist',
      ({ x }) => ({ assign: new Map([['q', x!]]) }),
      /a variable of the program/,
    ],
    [
      'depends on the batch size in its values',
      ({ x }) => ({ outputs: { y: x!.div(1 / x!.shape[0]) } }),
      /batch size/,
    ],
  ])('is rejected if it %s', (_, build, message) => {
    expect(() => {
      compileOnly(build);
    }).toThrow(message);
  });

  it('is rejected if it captures a tensor made outside', () => {
    const captured = outside();
    captured.add(1).dispose();
    expect(() => {
      compileOnly(({ x }) => ({ outputs: { y: x!.sum([1, 2]).add(captured) } }));
    }).toThrow(/made inside the traced function/);
  });

  it('leaves eager execution intact', () => {
    expect(() => {
      compileOnly(({ x }) => ({ outputs: { y: tf.scalar(x!.dataSync()[0]!) } }));
    }).toThrow();
    expect([...tf.add([1], [2]).dataSync()]).toEqual([3]);
  });
});

describe('a compiled program', () => {
  const program = (): ReturnType<typeof compile<{ run: EntryDefinition<'x' | 'k', 'y'> }>> =>
    compile(tf, {
      variables: new Map([['w', [2]]]),
      entries: {
        run: entry({
          inputs: { x: { shape: [batch, 2], dtype: 'float32' }, k: { shape: [batch], dtype: 'uint8' } },
          build: ({ x, k }, read) => ({
            outputs: { y: x.mul(read('w')).mul(tf.reshape(k, [-1, 1]).toFloat()) },
          }),
        }),
      },
    });
  const good = { x: Float32Array.of(1, 2), k: Uint8Array.of(200) };

  it('accepts bytes directly', () => {
    const it_ = program();
    it_.write(new Map([['w', Float32Array.of(1, 10)]]));
    expect([...it_.run('run', good).y]).toEqual([200, 4000]);
    it_.dispose();
  });

  it.each([
    [
      'of another dtype',
      { ...good, k: Float32Array.of(1) },
      /`k` of the entry `run` as uint8.*found float32/,
    ],
    ['of another batch size', { ...good, k: Uint8Array.of(1, 2) }, /with a batch of 1, found 2 values/],
    ['in part', { ...good, x: Float32Array.of(1, 2, 3) }, /found 3 values/],
    ['not at all', { x: good.x } as typeof good, /found nothing/],
  ])('rejects an input given %s', (_, inputs, message) => {
    const it_ = program();
    expect(() => it_.run('run', inputs)).toThrow(message);
    it_.dispose();
  });

  it('refuses to run after it was disposed', () => {
    const it_ = program();
    it_.dispose();
    it_.dispose();
    expect(() => it_.run('run', good)).toThrow('disposed');
  });

  it('reports a variable that has no value yet', () => {
    const it_ = program();
    expect(() => it_.run('run', good)).toThrow('failed to run');
    it_.dispose();
  });

  it('leaks no tensors over 1,000 cycles', () => {
    const { binding } = nativeBackend(tf);
    const before = [binding.getNumOfTensors(), binding.getNumOfSavedModels(), tf.memory().numTensors];
    for (let cycle = 0; cycle < 1000; cycle += 1) {
      const it_ = program();
      it_.write(new Map([['w', Float32Array.of(1, 1)]]));
      it_.run('run', good);
      it_.dispose();
    }
    expect([binding.getNumOfTensors(), binding.getNumOfSavedModels(), tf.memory().numTensors]).toEqual(
      before,
    );
  });
});
