/**
 * Places of dots across their axis, in pixels from its middle: as near to it as they can be without lying on another one, so that
 * they can be counted. Where that takes more room than there is, they are pushed together evenly.
 *
 * @param along where each dot is on the axis, in pixels.
 * @param room pixels on each side of the middle.
 */
export function swarm(
  along: readonly number[],
  { diameter, room }: { diameter: number; room: number },
): number[] {
  const across = along.map(() => 0);
  const placed: number[] = [];
  const order = [...along.keys()].sort((one, other) => along[one]! - along[other]!);
  for (const dot of order) {
    const near = placed.filter((other) => along[dot]! - along[other]! < diameter);
    const free = (place: number): boolean =>
      near.every(
        (other) => Math.hypot(along[dot]! - along[other]!, place - across[other]!) >= diameter - 1e-9,
      );
    const beside = near.flatMap((other) => {
      const aside = Math.sqrt(diameter ** 2 - (along[dot]! - along[other]!) ** 2);
      return [across[other]! + aside, across[other]! - aside];
    });
    across[dot] = [0, ...beside]
      .filter(free)
      .reduce((best, place) => (Math.abs(place) < Math.abs(best) - 1e-9 ? place : best), Infinity);
    placed.push(dot);
  }
  const reach = across.reduce((most, place) => Math.max(most, Math.abs(place)), 0);
  return reach <= room ? across : across.map((place) => (place * room) / reach);
}
