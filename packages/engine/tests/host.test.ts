import { describe, expect, it } from 'vitest';
import { describeHost, hostProblem } from '../src/host.ts';

describe('hostProblem', () => {
  it.each([
    ['musl', { platform: 'linux-x64', libc: 'musl', cpuFeatures: ['avx'] }, /this one has musl/],
    ['a processor without AVX', { platform: 'linux-x64', libc: 'glibc', cpuFeatures: ['sse4_2'] }, /AVX/],
  ])('rejects %s', (_, host, message) => {
    expect(hostProblem(host)?.message).toMatch(message);
    expect(hostProblem(host)?.remedy).not.toBe('');
  });

  it.each([
    ['AVX', { platform: 'linux-x64', libc: 'glibc', cpuFeatures: ['sse4_2', 'avx'] }],
    ['unknown features', { platform: 'linux-x64', libc: 'glibc', cpuFeatures: [] }],
    ['an ARM processor', { platform: 'linux-arm64', libc: 'glibc', cpuFeatures: ['asimd'] }],
    ['macOS', { platform: 'darwin-arm64', cpuFeatures: [] }],
  ])('accepts %s', (_, host) => {
    expect(hostProblem(host)).toBeUndefined();
  });
});

it('describeHost describes this machine', async () => {
  expect((await describeHost()).platform).toBe(`${process.platform}-${process.arch}`);
});
