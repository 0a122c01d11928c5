import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../src/pace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pace', () => {
  it('is known after a second, and ignores progress reported at the start', () => {
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

  it('stays unknown while nothing advances', () => {
    const pace = new Pace();
    pace.see(0);
    vi.advanceTimersByTime(2000);
    pace.see(0);
    expect(pace.perSecond).toBeUndefined();
  });
});
