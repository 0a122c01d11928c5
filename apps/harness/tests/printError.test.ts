import { InputError } from '@bit-repro/artifacts';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { printError } from '../src/printError.ts';

let written = '';
beforeEach(() => {
  written = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
});

it('shows what steers a terminal in a message, and lets none of its lines pass for another', () => {
  const name = 'a\u001b]52;c;aGk=\u0007\nverified\u202e.json';
  const code = printError(new InputError(`Expected no ${name}`, `Remove ${name}.`), { debug: false });
  expect(code).toBe(2);
  expect(written).toBe(
    String.raw`error: Expected no a\u001b]52;c;aGk=\u0007
  verified\u202e.json
Remove a\u001b]52;c;aGk=\u0007
  verified\u202e.json.
`,
  );
});

it('does so with what nobody foresaw, its stack and its causes', () => {
  const cause = new Error('deep\u009b\nverified');
  printError(new Error('high\u009b\nverified', { cause }), { debug: true });
  expect(written).toContain(String.raw`error: high\u009b`);
  expect(written).toContain(String.raw`caused by: Error: deep\u009b`);
  expect(written).not.toMatch(/\u009b|^verified/m);
});

it('says so of what is no error, too', () => {
  expect(printError('only a text\u009b', { debug: false })).toBe(70);
  expect(written).toContain(String.raw`only a text\u009b`);
});
