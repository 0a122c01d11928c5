import { expect, it, onTestFinished, vi } from 'vitest';
import { UnavailableError } from '../../src/index.ts';
import { fromNetwork } from '../../testing/index.ts';

/** Tests that setup.test.ts runs, to see what becomes of them. */
const moon = await fromNetwork<object, { colour: string }>(
  'the moon',
  () => Promise.reject(new UnavailableError('it is too far away', 'Wait.')),
  () => ({ colour: 'white' }),
);

it('uses what is missing', () => {
  expect(moon.colour).toBe('white');
});
it('uses what is missing, and catches what comes of it', () => {
  expect(() => moon.colour).toThrow('no colour');
});
it('uses nothing that is missing', () => undefined);

it('leaves a variable', () => {
  process.env.LEFT_BY_A_TEST = '1';
});
it('leaves the process elsewhere', () => {
  process.chdir('/');
  process.umask(0o77);
});
it('leaves a listener', () => {
  process.on('SIGUSR2', () => undefined);
});
it('undoes what it changes', () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('STUBBED_BY_A_TEST', '1');
});
