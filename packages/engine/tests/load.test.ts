import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../src/index.ts';
import { engineForTests } from '../testing/index.ts';

const { tf, installation, version } = await engineForTests();

describe('the engine', () => {
  it('runs the TensorFlow that was provisioned', () => {
    expect(version).toBe(installation.tensorflowVersion);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it('multiplies matrices', () => {
    const left = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const right = tf.tensor2d([7, 8, 9, 10, 11, 12], [3, 2]);
    expect([...tf.matMul(left, right).dataSync()]).toEqual([58, 64, 139, 154]);
  });

  it('computes convolutions', () => {
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const kernel = tf.tensor4d([1, 0, 0, -1], [2, 2, 1, 1]);
    expect([...tf.conv2d(image, kernel, 1, 'valid').dataSync()]).toEqual([-4, -4, -4, -4]);
  });

  it('computes gradients', () => {
    const gradient = tf.grad((x) => x.square().sum())(tf.tensor1d([1, -2, 3]));
    expect([...gradient.dataSync()]).toEqual([2, -4, 6]);
  });

  it('is loaded once', () => {
    expect(loadEngine(installation).tf).toBe(tf);
  });

  it('refuses a second installation in the same process', () => {
    expect(() => loadEngine({ ...installation, bindingFile: '/elsewhere/tfjs_binding.node' })).toThrow(
      /already loaded TensorFlow from .*\/elsewhere\/tfjs_binding\.node/,
    );
  });
});

describe('a process that loads the engine', () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const program = (body: string): string =>
    `const { loadEngine } = await import(${JSON.stringify(index)});\nconst installation = ${JSON.stringify(installation)};\n${body}`;
  const run = (body: string, before = '') =>
    execa(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', `${before}${program(body)}`],
      {
        cwd: import.meta.dirname,
        env: { TF_CPP_MIN_LOG_LEVEL: undefined },
        reject: false,
      },
    );

  it('prints nothing from TensorFlow or tfjs, not even hints of tfjs', async () => {
    const { stdout, stderr, exitCode } = await run(
      `const { tf } = loadEngine(installation);
       tf.ones([2, 2]).matMul(tf.ones([2, 2])).dataSync();
       tf.setBackend('cpu'); tf.ones([2]).add(1).dataSync();`,
    );
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  it('needs none of the functions that Node 23 removed from util', async () => {
    const { stdout } = await run(
      `const { tf } = loadEngine(installation);
       process.stdout.write(String(tf.tensor1d([1, 2]).sum().dataSync()[0]));`,
      `const util = (await import('node:module')).createRequire(process.cwd() + '/')('node:util');
       delete util.isNullOrUndefined; delete util.isArray;\n`,
    );
    expect(stdout).toBe('3');
  });

  it('gets an error that says which folder to remove if the libraries do not load', async () => {
    const { stdout } = await run(
      `try { loadEngine({ ...installation, bindingFile: '/nowhere/tfjs_binding.node' }); }
       catch (error) { process.stdout.write(error.name + ': ' + error.message + ' ' + error.remedy); }`,
    );
    expect(stdout).toMatch(/^OutsideError: Could not load TensorFlow .*\/nowhere\/.* Remove .*engine/);
  });
});
