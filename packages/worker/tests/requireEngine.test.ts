import { describe, expect, it } from 'vitest';
import { deviceName } from '@bit-repro/runs';
import { requireDevice, requireKernels, requireLibraries, requireVersion } from '../src/requireEngine.ts';

const engine = { flavour: 'cpu', tensorflow: '2.18.1', device: deviceName(undefined) } as const;

describe('a worker', () => {
  it('accepts the device that its run was planned for', async () => {
    expect(await requireDevice(engine)).toEqual([]);
  });

  it('refuses another device, which would give different bits', async () => {
    await expect(requireDevice({ ...engine, device: 'another' })).rejects.toThrow(
      `The run was planned for another, but this machine has ${engine.device}`,
    );
  });

  it('refuses a machine without the GPU of its run', async () => {
    const elsewhere = { flavour: 'cuda', tensorflow: '2.18.1', device: 'a GPU that there is not' } as const;
    await expect(requireDevice(elsewhere)).rejects.toThrow(
      'The run was planned for a GPU that there is not, but',
    );
  });

  it('refuses another version of TensorFlow', () => {
    const folder = '/cache/engine/cpu-2.18.1-linux-x64';
    expect(() => {
      requireVersion(engine, { tensorflowVersion: '2.18.1', folder });
    }).not.toThrow();
    expect(() => {
      requireVersion(engine, { tensorflowVersion: '2.9.1', folder });
    }).toThrow(
      'The run was planned with TensorFlow 2.18.1, but /cache/engine/cpu-2.18.1-linux-x64 has 2.9.1',
    );
  });
});

describe('the libraries of TensorFlow', () => {
  const recorded = { 'libtensorflow_cc.so.2': 'a', 'tfjs_binding.node': 'b' };

  it.each<[string, Record<string, string>]>([
    ['are the same', recorded],
    ['are the same, with an addon compiled on this machine', { ...recorded, 'tfjs_binding.node': 'c' }],
  ])('are accepted if they %s', (_, sha256) => {
    expect(() => {
      requireLibraries(recorded, { sha256, libraryFolder: '/cache' });
    }).not.toThrow();
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['is different', { 'libtensorflow_cc.so.2': 'x' }, /of SHA-256 a, but \/cache has x/],
    ['is missing', {}, /but \/cache has none/],
  ])('are refused if one %s', (_, sha256, message) => {
    expect(() => {
      requireLibraries(recorded, { sha256, libraryFolder: '/cache' });
    }).toThrow(message);
  });
});

describe('the kernels for a GPU', () => {
  const recorded = { 'sm_90.cubin': 'a' };

  it.each<[string, Record<string, string>, Record<string, string>, number | undefined]>([
    ['are those that the run was planned with', recorded, recorded, 9],
    ['are missing on both machines', {}, {}, 9],
    ["are for another GPU than the run's", recorded, { 'sm_80.cubin': 'b', ...recorded }, 9],
    ['are not needed without a GPU', recorded, {}, undefined],
  ])('are accepted if they %s', (_, planned, sha256, capability) => {
    expect(() => {
      requireKernels(planned, { sha256, folder: '/cache' }, capability);
    }).not.toThrow();
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['are different', recorded, { 'sm_90.cubin': 'b' }, 'with SHA-256 a for the kernels sm_90.cubin, but'],
    ['are missing', recorded, {}, 'but /cache has none'],
    ['exist only here', {}, recorded, 'with none for the kernels sm_90.cubin, but /cache has SHA-256 a'],
  ])('are refused if they %s', (_, planned, sha256, message) => {
    expect(() => {
      requireKernels(planned, { sha256, folder: '/cache' }, 9);
    }).toThrow(message);
  });
});
