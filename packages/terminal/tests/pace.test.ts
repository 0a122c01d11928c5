import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../src/pace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pace', () => {
  it('is told after a second, not from what is seen at once', () => {
    const pace = new Pace();
    for (let step = 1; step <= 50; step += 1) pace.see(step);
    expect(pace.perSecond).toBeUndefined();
    vi.advanceTimersByTime(200);
    pace.see(100);
    expect(pace.perSecond).toBeUndefined();
    vi.advanceTimersByTime(800);
    pace.see(250);
    expect(pace.perSecond).toBe(200);
  });

  it('stays as it was told while nothing gets done', () => {
    const pace = new Pace();
    pace.see(0);
    vi.advanceTimersByTime(2000);
    pace.see(0);
    expect(pace.perSecond).toBeUndefined();
  });
});
