import { columnOf, seriesOf } from './figureRows.ts';
import { designedLook, mostDesigned, plainLook, type Look, type Spec } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';

/** Which level of one factor an arm has, and which combination of the rest. */
interface Place {
  level: number;
  rest: number;
}

/**
 * How the marks of each arm look, the same in all figures. Arms that combine settings, or are networks of a published figure's
 * series and columns, have a colour for the one and a shape and a dash for the other; the rest take the looks in turn.
 */
export function looksOf(
  data: Pick<ReportData, 'arms' | 'designs' | 'groups' | 'target'>,
): (arm: string) => Look {
  const places = placesOf(data);
  const fits = [...places.values()].every(
    ({ level, rest }) => level < mostDesigned.levels && rest < mostDesigned.rest,
  );
  const looks = new Map(
    data.arms.map((arm, index) => {
      const place = fits ? places.get(arm) : undefined;
      return [arm, place === undefined ? plainLook(index) : designedLook(place.level, place.rest)];
    }),
  );
  return (arm) => looks.get(arm)!;
}

/** The colour, shape or dash of rows by their arm. */
export function bySeries(data: Parameters<typeof looksOf>[0], channel: keyof Look): Spec {
  const lookOf = looksOf(data);
  return {
    field: 'series',
    type: 'nominal',
    legend: null,
    scale: { domain: data.arms, range: data.arms.map((arm) => lookOf(arm)[channel]) },
  };
}

/** Of all arms or of none. */
function placesOf({
  arms,
  designs,
  groups,
  target,
}: Pick<ReportData, 'arms' | 'designs' | 'groups' | 'target'>): Map<string, Place> {
  const [design] = designs;
  if (design !== undefined && design.factors.length > 1 && design.cells.length === arms.length)
    return numbered(
      design.cells.map(({ arm, cell: [along, level, ...others] }) => [arm, level!, String([along, others])]),
    );
  const named = arms.flatMap((arm): [string, string, string][] => {
    const group = groups.find((candidate) => candidate.arm === arm)!;
    const series = seriesOf(group, target);
    return series === undefined ? [] : [[arm, series, columnOf(group, target)]];
  });
  const isCrossed = new Set(named.map(([, , column]) => column)).size < arms.length;
  const isUnique = new Set(named.map(([, ...place]) => JSON.stringify(place))).size === arms.length;
  return isCrossed && isUnique ? numbered(named) : new Map<string, Place>();
}

/** Counts levels and the rest in the order of their first arms. */
function numbered(named: readonly [arm: string, level: unknown, rest: unknown][]): Map<string, Place> {
  const levels = [...new Set(named.map(([, level]) => level))];
  const rests = [...new Set(named.map(([, , rest]) => rest))];
  return new Map(
    named.map(([arm, level, rest]) => [arm, { level: levels.indexOf(level), rest: rests.indexOf(rest) }]),
  );
}
