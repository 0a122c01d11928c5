import type { PlacedProblem, KeyPath } from './yaml/errors.ts';
import { combinedName, combinedTitle, isShort, shortName, type Combination } from './gridNames.ts';
import type { RecipeKey } from './recipe.ts';
import type { ArmFile, ExperimentFile, GridFile, WrittenExperiment } from './schema.ts';

/** Maximum number of arms from a grid. */
const mostArms = 100;

export interface ExpandedGrids {
  content: ExperimentFile;
  /** Returns where a path of `content` was written. */
  written: (path: KeyPath) => KeyPath;
  problems: PlacedProblem[];
}

/** The arms and the grid of the experiment or of a profile, and where they were written. */
interface Written {
  arms?: ArmFile[];
  armsPath: KeyPath;
  grid: GridFile;
  gridPath: KeyPath;
}

/** The origin of an arm in a grid. */
interface Origin {
  /** The written arm and its index; absent if the combination alone makes the arm. */
  arm?: ArmFile;
  armIndex?: number;
  combination: Combination;
  /** For each key of the combination, the index of its value. */
  indices: ReadonlyMap<string, number>;
}

/**
 * Expands grids: combines each arm, if there are any, with every combination of the grid's values, the last
 * key varying fastest. A profile with only arms or only a grid uses the other from the experiment.
 */
export function expandGrids(experiment: WrittenExperiment): ExpandedGrids {
  const problems: PlacedProblem[] = [];
  const expanded = new Map<string, { written: Written; origins: Origin[] }>();
  const expand = (scope: readonly string[], own: Pick<WrittenExperiment, 'arms' | 'grid'>): ArmFile[] => {
    const arms = own.arms ?? experiment.arms;
    const written: Written = {
      ...(arms && { arms }),
      armsPath: own.arms === undefined ? ['arms'] : [...scope, 'arms'],
      grid: own.grid ?? experiment.grid ?? {},
      gridPath: own.grid === undefined ? ['grid'] : [...scope, 'grid'],
    };
    const found = problemsOf(written, scope);
    problems.push(...found);
    if (found.length > 0) return [];
    const origins = cross(written);
    expanded.set(scope.join('.'), { written, origins });
    return armsOf(origins);
  };
  const { grid: _, ...rest } = experiment;
  const content: ExperimentFile = {
    ...rest,
    arms: expand([], experiment),
    profiles: Object.fromEntries(
      Object.entries(experiment.profiles).map(([name, { grid, arms, ...profile }]) => {
        if (arms === undefined && grid === undefined) return [name, profile];
        return [
          name,
          { ...profile, arms: expand(['profiles', name], { ...(arms && { arms }), ...(grid && { grid }) }) },
        ];
      }),
    ),
  };

  const written = (path: KeyPath): KeyPath => {
    const scope = path[0] === 'profiles' && path[2] === 'arms' ? path.slice(0, 2) : [];
    const found = expanded.get(scope.map(String).join('.'));
    const [list, index, ...inner] = path.slice(scope.length);
    if (list !== 'arms' || found === undefined) return path;
    return index === undefined
      ? listPath(found.written)
      : pathInArm(found.written, found.origins[Number(index)]!, inner);
  };
  return { content, problems, written };
}

function problemsOf({ arms, armsPath, grid, gridPath }: Written, scope: readonly string[]): PlacedProblem[] {
  const keys = Object.keys(grid) as RecipeKey[];
  if (arms === undefined && keys.length === 0) {
    return [
      {
        path: [...scope, 'arms'],
        expected: '`arms`, a `grid` of them, or both',
        found: 'neither',
        remedy: 'Write for example `arms: [{name: bit-hyperrule}]`, or `grid: {baseLr: [0.003, 0.001]}`.',
      },
    ];
  }
  const count = keys.reduce((product, key) => product * grid[key]!.length, arms?.length ?? 1);
  if (count > mostArms) {
    return [
      {
        path: gridPath,
        expected: `at most ${mostArms} arms`,
        found: `${count}`,
        remedy: 'Shorten the lists of the grid, or split the experiment.',
      },
    ];
  }
  return (arms ?? []).flatMap((arm, index) =>
    keys
      .filter((key) => Object.hasOwn(arm, key))
      .map((key) => ({
        path: [...armsPath, index, key],
        expected: `a key that \`${gridPath.map(String).join('.')}\` does not vary`,
        found: `\`${key}\``,
        remedy: 'Remove one of the two. In a profile, `grid: {}` removes the experiment’s grid.',
      })),
  );
}

function cross({ arms, grid }: Written): Origin[] {
  const start: Origin[] =
    arms === undefined
      ? [{ combination: [], indices: new Map() }]
      : arms.map((arm, armIndex) => ({ arm, armIndex, combination: [], indices: new Map() }));
  return (Object.keys(grid) as RecipeKey[]).reduce<Origin[]>(
    (origins, key) =>
      origins.flatMap((origin) =>
        grid[key]!.map((value, index) => ({
          ...origin,
          combination: [...origin.combination, { key, value }],
          indices: new Map(origin.indices).set(key, index),
        })),
      ),
    start,
  );
}

function armsOf(origins: readonly Origin[]): ArmFile[] {
  const names = origins.map(({ arm, combination }) => combinedName(arm, combination));
  return origins.map(({ arm, combination }, index) => {
    if (combination.length === 0) return arm!;
    const name = names[index]!;
    const isClear = isShort(name) && names.indexOf(name) === names.lastIndexOf(name);
    const settings = Object.fromEntries(
      combination.map(({ key, value }) => [key, value]),
    ) as Partial<ArmFile>;
    return {
      ...arm,
      name: isClear ? name : shortName(arm, combination),
      title: combinedTitle(arm, combination),
      ...settings,
    };
  });
}

const listPath = ({ arms, armsPath, gridPath }: Written): KeyPath =>
  arms === undefined ? gridPath : armsPath;

function pathInArm(written: Written, { armIndex, indices }: Origin, inner: KeyPath): KeyPath {
  const [key, ...rest] = inner;
  const index = indices.get(String(key));
  if (index !== undefined) return [...written.gridPath, key!, index, ...rest];
  return [...listPath(written), ...(armIndex === undefined ? [] : [armIndex]), ...inner];
}
