import { engineForTests } from '@bit-repro/engine/testing';
import { expect, it } from 'vitest';
import { exclusiveOr } from '../engine/exclusiveOr.ts';

const { tf } = await engineForTests();

it('a network that is no BiT learns exclusive or in one graph', () => {
  expect(exclusiveOr(tf, 0).map(Math.round)).not.toEqual([0, 1, 1, 0]);
  for (const [index, expected] of [0, 1, 1, 0].entries())
    expect(exclusiveOr(tf, 500)[index]).toBeCloseTo(expected, 2);
});
