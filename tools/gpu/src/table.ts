import { z } from 'zod';
import type { Result, Results } from './results.ts';
import { roundsSchema, type Side } from './rounds.ts';
import { runSchema, type Run } from './runs.ts';

const cardSchema = z.object({
  name: z.string().optional(),
  driver_version: z.string().optional(),
  'memory.total': z.string().optional(),
});
const productSchema = z.record(z.string(), z.number());
const differencesSchema = z.object({ differences: z.record(z.string(), z.number()) });
const determinismSchema = z.object({ costOfTraining: z.number(), costOfScoring: z.number() });
const jobSchema = z.object({ runs: z.array(runSchema) });
const heldSchema = z.object({ leftBytes: z.number(), run: runSchema });
const benchSchema = z.object({
  train: z.object({ imagesPerSecond: z.number() }),
  eval: z.object({ imagesPerSecond: z.number() }),
  secondsToFirstStep: z.number(),
});
const wholeRunSchema = z.object({
  secondsPerStep: z.number(),
  evaluationSeconds: z.number(),
  seconds: z.number(),
});

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;

/** The results as the section of docs/engine.md, in Markdown; a step that failed says so in its row. */
export function table(results: Results): string {
  return [
    '## On a GPU',
    '',
    heading(results),
    '',
    row('what', 'measured'),
    row('---', '---'),
    ...Object.entries(results)
      .filter(([step]) => !step.startsWith('speed-') && step !== 'summary')
      .map(([step, result]) =>
        row(step, result.ok ? inWords(step, result) : `**failed**: ${oneLine(result.problem ?? '')}`),
      ),
    '',
    'Images/s trained / scored and the most memory of the GPU in use; the last column is training, over the matrix product of the',
    'same card and precision.',
    '',
    row('network, images at a time', 'precision', 'PyTorch', 'here', 'ratio', 'of the product'),
    row(...Array.from({ length: 6 }, () => '---')),
    ...Object.entries(results)
      .filter(([step]) => step.startsWith('speed-'))
      .map(([step, result]) => speedRow(step, result, results)),
    '',
  ].join('\n');
}

function heading(results: Results): string {
  const card = cardSchema.safeParse(results.card?.value).data ?? {};
  const days = Object.values(results).map(({ at }) => at.slice(0, 10));
  const { name = 'unknown card', driver_version: driver = 'unknown' } = card;
  return `Measured on ${[...new Set(days)].sort().join(', ')} on one ${name} (driver ${driver}) with \`bash tools/gpu/check.sh RESULTS\`, generated weights.`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 300);

/** What a step found, in a cell. */
function inWords(step: string, { value, seconds }: Result): string {
  const differences = differencesSchema.safeParse(value);
  if (differences.success) {
    return Object.entries(differences.data.differences)
      .map(([from, difference]) => `${difference.toExponential(1)} relative difference from ${from}`)
      .join(', ');
  }
  const job = jobSchema.safeParse(value);
  if (job.success) return job.data.runs.map(runInWords).join('; ');
  const held = heldSchema.safeParse(value);
  if (held.success) return `with ${gib(held.data.leftBytes)} left: ${runInWords(held.data.run)}`;
  const wholeRun = wholeRunSchema.safeParse(value);
  if (wholeRun.success) {
    const { secondsPerStep, evaluationSeconds } = wholeRun.data;
    return `${(wholeRun.data.seconds / 60).toFixed(1)} minutes for 500 steps, extrapolated: ${secondsPerStep.toFixed(3)} s a step, ${evaluationSeconds.toFixed(1)} s an evaluation`;
  }
  const determinism = determinismSchema.safeParse(value);
  if (determinism.success) {
    const { costOfTraining, costOfScoring } = determinism.data;
    return `TF_DETERMINISTIC_OPS=1 costs ${percent(costOfTraining)} of training, ${percent(costOfScoring)} of scoring`;
  }
  const bench = benchSchema.safeParse(value);
  if (bench.success) {
    const { train, eval: scored, secondsToFirstStep } = bench.data;
    return `${train.imagesPerSecond.toFixed(0)} / ${scored.imagesPerSecond.toFixed(0)} images/s, first step after ${secondsToFirstStep.toFixed(1)} s`;
  }
  const card = step === 'card' ? cardSchema.safeParse(value).data : undefined;
  if (card?.name !== undefined) return `${card.name}, ${card['memory.total'] ?? 'unknown'} MiB`;
  const product = productSchema.safeParse(value);
  if (step === 'product' && product.success) {
    return Object.entries(product.data)
      .map(([precision, tflops]) => `${precision} ${tflops.toFixed(1)} TFLOP/s`)
      .join(', ');
  }
  return step === 'canary' && typeof value === 'string' ? oneLine(value) : `done in ${seconds.toFixed(0)} s`;
}

function runInWords({ seconds, evaluationSeconds, splits, telemetry }: Run): string {
  const { memoryBytes, energyWattHours } = telemetry?.gpu ?? {};
  return [
    `${seconds.toFixed(1)} s, ${evaluationSeconds.toFixed(1)} s of them evaluation`,
    `in ${splits.map(({ batchSplit }) => batchSplit).join(', then ')} parts`,
    ...(memoryBytes === undefined ? [] : [gib(memoryBytes.max)]),
    ...(energyWattHours === undefined ? [] : [`${energyWattHours.toFixed(1)} Wh`]),
  ].join(', ');
}

function speedRow(step: string, { ok, value, problem }: Result, results: Results): string {
  const [, network = '', size = '', precision = ''] = step.split('-');
  const start = [`${network}, ${size}`, precision];
  const rounds = roundsSchema.safeParse(value).data;
  if (!ok || rounds === undefined) return row(...start, `**failed**: ${oneLine(problem ?? '')}`, '', '', '');
  const ours = rounds.map((one) => one.ours);
  const peers = rounds.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  const ratio = (part: 'train' | 'eval'): string =>
    median(peers.map((peer, at) => ours[at]![part] / peer[part])).toFixed(2);
  const product = productSchema.safeParse(results.product?.value).data?.[precision];
  const limits = [
    ...peers.flatMap(({ productTflops }) => productTflops ?? []),
    ...(product === undefined ? [] : [product]),
  ];
  const achieved = ours.flatMap(({ trainTflops }) => trainTflops ?? []);
  return row(
    ...start,
    peers.length === 0 ? 'none' : sideInWords(peers),
    sideInWords(ours),
    peers.length === 0 ? '' : `**${ratio('train')} / ${ratio('eval')}**`,
    limits.length === 0 || achieved.length === 0
      ? ''
      : `${median(achieved).toFixed(1)} of ${Math.max(...limits).toFixed(1)} TFLOP/s, ${percent(median(achieved) / Math.max(...limits))}`,
  );
}

function sideInWords(sides: readonly Side[]): string {
  const memory = sides.flatMap((one) => one.memory ?? []);
  const rate = (part: 'train' | 'eval'): string => median(sides.map((one) => one[part])).toFixed(0);
  return [
    `${rate('train')} / ${rate('eval')}`,
    ...(memory.length === 0 ? [] : [gib(Math.max(...memory))]),
  ].join(', ');
}
