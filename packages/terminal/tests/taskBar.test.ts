import { describe, expect, it } from 'vitest';
import { taskBar } from '../src/taskBar.ts';

describe('the progress bar of a download', () => {
  const progress = {
    label: 'https://host/cifar-10.tar.gz',
    done: 96.5e6,
    total: 193e6,
    unit: 'bytes',
  } as const;

  it.each([
    [90, '██████████░░░░░░░░░░  50%  https://host/cifar-10.tar.gz  92 MiB of 184.1 MiB  10s left'],
    [80, '█████░░░░░  50%  https://host/cifar-10.tar.gz  92 MiB of 184.1 MiB  10s left'],
    [60, '█████░░░░░  50%  https://host/cifar-10.tar.gz  10s left'],
    [40, ' 50%  https://host…r-10.tar.gz  10s left'],
  ])('fits into %d columns', (columns, line) => {
    expect(taskBar(progress, 9.65e6, columns)).toBe(line);
  });

  it('shows only the count if the total is unknown', () => {
    expect(taskBar({ label: 'a file', done: 1024, unit: 'bytes' }, 1, 80)).toBe('a file  1 KiB');
  });
});
