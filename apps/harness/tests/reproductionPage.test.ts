import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { claimOf, loadExperiment, loadTarget, sourcesOf } from '@bit-repro/experiment';
import { judge } from '@bit-repro/metrics';

const model = 'BiT-M-R50x3';
const page = readFileSync(join(workspaceRoot, 'docs/reproduction.md'), 'utf8');
const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

const { target: name = '', verdict: rule } = await loadExperiment(join(workspaceRoot, 'configs/fig6.yaml'));
const target = await loadTarget(name);

const signed = (points: number): string =>
  `${points > 0 && points.toFixed(1) !== '0.0' ? '+' : ''}${points.toFixed(1)}`;

it.each([
  ['the paper’s own', 'paper', 1],
  ['those of 2021', 'reproduction-2021', 1],
  ['the paper’s own', 'paper', 5],
  ['those of 2021', 'reproduction-2021', 5],
])('the page on what is comparable judges %s (%s) at %i shots as fig6’s rule does', (who, source, shots) => {
  const claim = claimOf(target, rule!, { model, dataset: 'cifar10', shots })!;
  const published = sourcesOf(target).find((one) => one.source === source)!.results;
  const { runs = [] } = published.find(
    (one) => one.model === model && one.shots === shots && one.dataset === undefined,
  )!;
  const { verdict, difference, byRanks } = judge(
    runs.map(({ value }) => value),
    claim,
    rule!.alpha,
  );
  if (difference.kind === 'refused') throw new Error(difference.reason);
  const { value, low, high, attainedMargin } = difference;
  expect(rows).toContainEqual([
    '',
    who.replace('’', "'"),
    String(shots),
    signed(value),
    `${signed(low)} to ${signed(high)}`,
    `±${attainedMargin.toFixed(1)}`,
    `±${claim.margin}`,
    verdict,
    byRanks!.verdict,
    '',
  ]);
});
