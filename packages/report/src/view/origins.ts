import type { Derivation, Sample } from '../derivation.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedGroup } from '../reportedRuns.ts';
import { datasetAmong, taskInWords, type Task } from '../task.ts';
import { armOf, capitalised, countOf, listOf } from './words.ts';

/** Reducers whose names do not say it to a reader. */
const reducerWords: Partial<Record<Derivation['reducer'], string>> = {
  top1: 'top-1 accuracy',
  top5: 'top-5 accuracy',
  recorded: 'as recorded',
  'sum-of-recorded': 'sum, as recorded',
  'max-of-recorded': 'most, as recorded',
  images: 'number of images',
  confidence: 'softmax probability',
  headline: 'as published',
  'stated-min': 'least run, as published',
  'stated-max': 'greatest run, as published',
  n: 'number of runs',
  min: 'least',
  max: 'greatest',
  'mean-t-low': 'lower end of Student’s interval of the mean',
  'mean-t-high': 'upper end of Student’s interval of the mean',
  'median-bootstrap-low': 'lower end of the bootstrap interval of the median',
  'median-bootstrap-high': 'upper end of the bootstrap interval of the median',
  'sign-flip-p': 'p of the sign-flip test',
  'sign-flip-p-after-holm': 'p of the sign-flip test, corrected after Holm',
  outcome: 'outcome of the sign-flip test, corrected after Holm',
  'mann-whitney-p': 'p of the Mann-Whitney test',
  difference: 'difference from what was published',
  'difference-low': 'lower end of the interval of the difference',
  'difference-high': 'upper end of the interval of the difference',
  'least-difference': 'end of the interval nearest to zero',
  'attained-margin': 'end of the interval furthest from zero',
  'equal-spread-p': 'p of the F test of one spread',
  'shift-low': 'lower end of the interval by ranks',
  'shift-high': 'upper end of the interval by ranks',
  'standard-deviation-low': 'lower end of the interval of the standard deviation',
  'standard-deviation-high': 'upper end of the interval of the standard deviation',
  'least-margin': 'least margin that could be shown',
  'median-within': 'whether the median is within the margin',
  'median-within-p': 'p of the test that the median is within the margin',
  'median-outside-p': 'p of the test that the median is outside the margin',
};

/** How a number was made, in a line: "Mean of 5 runs of BiT-HyperRule, 1 example per class". */
export function originInWords(entry: LedgerEntry, data: ReportData): string {
  const { reducer, path, of, against, level, alpha, claim, image, runs } = entry;
  const what = reducerWords[reducer] ?? reducer.replaceAll('-', ' ');
  return [
    `${capitalised(what)}${path === undefined ? '' : ` (${path})`} of ${sampleInWords(of, data)}`,
    ...(image === undefined ? [] : [`test image ${image}`]),
    ...(against === undefined ? [] : [`against ${sampleInWords(against, data)}`]),
    ...(claim === undefined
      ? []
      : [`held to the published ${claim.model}, ${taskInWords(claim, data.tasks)}`]),
    ...(runs === undefined ? [] : [`for ${countOf(runs, 'run')}`]),
    ...(level === undefined ? [] : [`confidence ${Number((100 * level).toFixed(6))} %`]),
    ...(alpha === undefined ? [] : [`level ${alpha}`]),
  ].join('; ');
}

function sampleInWords(sample: Sample, data: ReportData): string {
  const { groups, published, tasks } = data;
  const groupOf = (ids: readonly string[]): ReportedGroup[] =>
    groups.filter(({ runs }) => runs.some(({ id }) => ids.includes(id)));
  if ('published' in sample) {
    const found = published.find(({ source }) => source === sample.published);
    return `${found?.title ?? sample.published}: ${sample.model}, ${taskInWords(sample, tasks)}`;
  }
  if ('contrast' in sample) {
    const seeds = sample.contrast[0]!.runs.length;
    const arms = sample.contrast.map(({ weight, runs }) => {
      const arm = groupOf(runs)[0]?.arm ?? '';
      return `${weight < 0 ? '−' : '+'}${Math.abs(weight) === 1 ? '' : ` ${Math.abs(weight)} ×`} ${arm}`;
    });
    return `${arms.join(' ').replace(/^\+ /, '')}, seed by seed over ${countOf(seeds, 'seed')}`;
  }
  if ('among' in sample) {
    const arms = sample.among.map((runs) => groupOf(runs)[0]?.arm ?? '');
    return arms.length > 3 ? countOf(arms.length, 'arm') : listOf(arms);
  }
  const own = groupOf(sample.runs);
  const names = own.length > 2 ? '' : ` of ${listOf(own.map((group) => groupInWords(group, tasks)))}`;
  const ofRuns = `${countOf(sample.runs.length, 'run')}${names}`;
  if (!('label' in sample)) return ofRuns;
  const { classes } = datasetAmong(data.datasets, own[0]!);
  const [label, predicted] = [classes[sample.label]!, classes[sample.predicted]!];
  return `${label === predicted ? `${label} recognised` : `${label} taken for ${predicted}`}, ${ofRuns}`;
}

const groupInWords = ({ arm, network, ...task }: ReportedGroup, tasks: readonly Task[]): string =>
  `${armOf(arm, network)}, ${taskInWords(task, tasks)}`;
