import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { swarm } from '../src/swarm.ts';

const diameter = 8;
const places = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { maxLength: 25 });

describe('dots of a swarm', () => {
  it('stay in the middle where they are apart', () => {
    expect(swarm([0, 8, 30], { diameter, room: 50 })).toEqual([0, 0, 0]);
  });

  it('stand side by side where they are equal', () => {
    expect(swarm([5, 5, 5], { diameter, room: 50 })).toEqual([0, 8, -8]);
  });

  it('never lie on each other where there is room', () => {
    fc.assert(
      fc.property(places, (along) => {
        const across = swarm(along, { diameter, room: Infinity });
        const distances = along.flatMap((one, index) =>
          along
            .slice(0, index)
            .map((other, before) => Math.hypot(one - other, across[index]! - across[before]!)),
        );
        expect(distances.every((distance) => distance >= diameter - 1e-6)).toBe(true);
      }),
    );
  });

  it('stay within their room, each at a place of its own', () => {
    fc.assert(
      fc.property(places, fc.double({ min: 1, max: 20, noNaN: true }), (along, room) => {
        const across = swarm(along, { diameter, room });
        expect(across.every((place) => Math.abs(place) <= room + 1e-9)).toBe(true);
        expect(new Set(across.map((place, index) => `${along[index]!} ${place}`)).size).toBe(along.length);
      }),
    );
  });
});
