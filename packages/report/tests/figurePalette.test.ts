import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
  type Color,
} from 'culori';
import { describe, expect, it } from 'vitest';
import { darkFigures, palette } from '../src/figurePalette.ts';
import { ink, otherLook, plainLook, seriesLook } from '../src/figureStyle.ts';

/** What people with each kind of colour-blindness see, after Machado, Oliveira and Fernandes 2009. */
const visions: [string, (colour: string) => Color][] = [
  ['all colours', (colour) => parse(colour)!],
  ['no red', (colour) => filterDeficiencyProt(1)(parse(colour)!)],
  ['no green', (colour) => filterDeficiencyDeuter(1)(parse(colour)!)],
  ['no blue', (colour) => filterDeficiencyTrit(1)(parse(colour)!)],
];

/** A just noticeable difference of CIEDE2000 is about 1 for areas side by side; small marks that lie apart need more. */
const leastDifference = 9.5;

const grounds: [string, 0 | 1, string, string][] = [
  ['white', 0, '#ffffff', ink],
  ['dark', 1, '#14181d', '#e6e9ed'],
];

describe.each(grounds)('the colours of figures on a %s page', (_, theme, ground, inkThere) => {
  const colours = Object.values(palette).map((pair) => pair[theme]);

  it.each(visions)('are told apart by who sees %s', (_vision, see) => {
    const difference = differenceCiede2000();
    const all = [...colours, inkThere];
    const close = all.flatMap((one, index) =>
      all.slice(index + 1).flatMap((other) => {
        const found = difference(see(one), see(other));
        return found >= leastDifference ? [] : [`${one} ${other} ${found.toFixed(1)}`];
      }),
    );
    expect(close).toEqual([]);
  });

  it('stand out from the ground', () => {
    const faint = colours.filter((colour) => wcagContrast(colour, ground) < 2.3);
    expect(faint).toEqual([]);
  });
});

it('a dark page redraws every colour, as area and as line', () => {
  for (const [light, dark] of Object.values(palette)) {
    for (const paint of ['fill', 'stroke'])
      expect(darkFigures()).toContain(`svg [${paint}='${light}'] {\n    ${paint}: ${dark};`);
  }
});

describe('the looks of arms', () => {
  const distinct = (count: number, channels: readonly ('colour' | 'shape' | 'dash')[]): number => {
    const looks = Array.from({ length: count }, (_, index) => plainLook(index));
    return new Set(looks.map((look) => JSON.stringify(channels.map((channel) => look[channel])))).size;
  };

  it.each([
    ['dots', 42, ['colour', 'shape']],
    ['lines', 30, ['colour', 'dash']],
    ['all marks of an arm', 100, ['colour', 'shape', 'dash']],
  ] as const)('are all different: %s of %i arms', (_, count, channels) => {
    expect(distinct(count, channels)).toBe(count);
  });

  it('have no colour of what was published', () => {
    const published = [0, 1, 2, 3].flatMap((index) => [seriesLook(index).colour, otherLook(index).colour]);
    for (let index = 0; index < 12; index += 1) expect(published).not.toContain(plainLook(index).colour);
  });

  it('differ also between the series of others', () => {
    expect(new Set([0, 1, 2, 3].map((index) => otherLook(index).colour)).size).toBe(4);
  });
});
