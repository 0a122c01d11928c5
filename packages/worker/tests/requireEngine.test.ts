import { describe, expect, it } from 'vitest';
import { deviceName } from '@bit-repro/runs';
import { requireDevice, requireKernels, requireLibraries, requireVersion } from '../src/requireEngine.ts';

const engine = { flavour: 'cpu', tensorflow: '2.18.1', device: deviceName(undefined) } as const;

describe('a worker', () => {
  it('takes the device that its run was planned for', async () => {
    expect(await requireDevice(engine)).toEqual([]);
  });

  it('refuses another device, whose bits would be others', async () => {
    await expect(requireDevice({ ...engine, device: 'another' })).rejects.toThrow(
      `Expected another, for which the run was planned, found ${engine.device}`,
    );
  });

  it('refuses a machine that lacks the GPU of its run', async () => {
    const elsewhere = { flavour: 'cuda', tensorflow: '2.18.1', device: 'a GPU that there is not' } as const;
    await expect(requireDevice(elsewhere)).rejects.toThrow('Expected a GPU that there is not, for which');
  });

  it('refuses another TensorFlow, which a node alone may have got', () => {
    const folder = '/cache/engine/cpu-2.18.1-linux-x64';
    expect(() => {
      requireVersion(engine, { tensorflowVersion: '2.18.1', folder });
    }).not.toThrow();
    expect(() => {
      requireVersion(engine, { tensorflowVersion: '2.9.1', folder });
    }).toThrow('Expected TensorFlow 2.18.1, with which the run was planned, found 2.9.1');
  });
});

describe('the libraries of TensorFlow', () => {
  const recorded = { 'libtensorflow_cc.so.2': 'a', 'tfjs_binding.node': 'b' };

  it.each<[string, Record<string, string>]>([
    ['are the same', recorded],
    ['are the same, and the addon was compiled here', { ...recorded, 'tfjs_binding.node': 'c' }],
  ])('will do where they %s', (_, sha256) => {
    expect(() => {
      requireLibraries(recorded, { sha256, libraryFolder: '/cache' });
    }).not.toThrow();
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['is another', { 'libtensorflow_cc.so.2': 'x' }, /with SHA-256 a, .* found x in \/cache/],
    ['is not there', {}, /found none in \/cache/],
  ])('are refused where one %s than the run was planned with', (_, sha256, message) => {
    expect(() => {
      requireLibraries(recorded, { sha256, libraryFolder: '/cache' });
    }).toThrow(message);
  });
});

describe('the kernels for a GPU', () => {
  const recorded = { 'sm_90.cubin': 'a' };

  it.each<[string, Record<string, string>, Record<string, string>, number | undefined]>([
    ['are those that the run was planned with', recorded, recorded, 9],
    ['could be had on neither machine', {}, {}, 9],
    ['are for another card than the one at hand', recorded, { 'sm_80.cubin': 'b', ...recorded }, 9],
    ['are of no use: there is no GPU', recorded, {}, undefined],
  ])('serve where they %s', (_, planned, sha256, capability) => {
    expect(() => {
      requireKernels(planned, { sha256, folder: '/cache' }, capability);
    }).not.toThrow();
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['are others', recorded, { 'sm_90.cubin': 'b' }, 'Expected of the kernels sm_90.cubin SHA-256 a, with'],
    ['are missing', recorded, {}, 'found none in /cache'],
    ['are here alone', {}, recorded, 'sm_90.cubin none, with which the run was planned, found SHA-256 a'],
  ])('are refused where they %s', (_, planned, sha256, message) => {
    expect(() => {
      requireKernels(planned, { sha256, folder: '/cache' }, 9);
    }).toThrow(message);
  });
});
