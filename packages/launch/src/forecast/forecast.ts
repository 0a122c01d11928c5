import { countsOf } from '@bit-repro/data';
import { configure } from 'safe-stable-stringify';
import { summarise } from '@bit-repro/metrics';
import { architectureNamed, imageCost } from '@bit-repro/model';
import { batchSplitFor, imageMemory, trainingBytes, type FineTuneSpec } from '@bit-repro/trainer';
import { largest } from '@bit-repro/artifacts';
import type { RunSpec, RunTiming } from '@bit-repro/runs';

/** A finished run, from which others are forecast. */
export interface FinishedRun {
  spec: RunSpec;
  timing: RunTiming;
}

/** The expected cost of a run. */
export interface Forecast {
  /** Floating-point operations of the convolutions. */
  flops: number;
  seconds: number;
  /** Peak memory of the process, or of the GPU if the engine uses one. */
  memoryBytes: number;
  basis: ForecastBasis;
}

/**
 * What the forecast time is based on: runs with the same settings, other runs on the same device scaled by
 * their operations, or an assumed rate.
 */
type ForecastBasis =
  | { kind: 'same'; runs: number }
  | { kind: 'scaled'; runs: number }
  | { kind: 'assumed'; gigaflops: number; per: 'core' | 'GPU' };

/**
 * Assumed throughput of a core, in GFLOP/s, if no run has finished. An AMD EPYC with 2 cores was measured at
 * 24 per core with `mini` at 32 px and 55 with R50x1 at 128 px.
 */
const assumedPerCore = 25;

/**
 * Assumed throughput of a GPU, in GFLOP/s, if no run has finished on it: a quarter of the peak of an A100 in
 * float32 without TensorFloat-32. It was not measured.
 */
const assumedPerGpu = 5000;

/** The machine that runs are forecast for. */
export interface Resources {
  /** Processor cores per run. */
  cores: number;
  /** Number of runs at a time. */
  workers: number;
  /** Memory available to a run, in bytes: of the process, or of the GPU if the engine uses one. */
  freeBytes: number;
}

/** Forecasts the time and memory of runs from finished ones. */
export class Forecaster {
  readonly #bySettings = new Map<string, FinishedRun[]>();
  readonly #byDevice = new Map<string, FinishedRun[]>();
  readonly #resources: Resources;
  /** Forecasts by everything they depend on: thousands of runs share a few. */
  readonly #forecasts = new Map<string, Forecast>();

  constructor(finished: readonly FinishedRun[], resources: Resources) {
    this.#resources = resources;
    for (const run of finished) {
      push(this.#bySettings, settingsOf(run.spec), run);
      push(this.#byDevice, deviceOf(run.spec), run);
    }
  }

  forecast(spec: RunSpec): Forecast {
    const length = [stepsOf(spec.fineTune), evaluationsOf(spec.fineTune)];
    const key = canonical([settingsOf(spec), length, spec.sources]);
    let forecast = this.#forecasts.get(key);
    if (forecast === undefined) {
      const flops = trainingFlops(spec) + evaluationFlops(spec);
      forecast = { flops, ...this.#time(spec, flops), memoryBytes: this.#memory(spec) };
      this.#forecasts.set(key, forecast);
    }
    return forecast;
  }

  #time(spec: RunSpec, flops: number): Pick<Forecast, 'seconds' | 'basis'> {
    const same = sameCode(this.#bySettings.get(settingsOf(spec)) ?? [], spec);
    if (same.length > 0) {
      const perStep = median(
        same.map(
          ({ spec: { fineTune }, timing: { seconds, evaluationSeconds } }) =>
            (seconds - evaluationSeconds) / stepsOf(fineTune),
        ),
      );
      const perEvaluation = median(
        same.map((run) => run.timing.evaluationSeconds / evaluationsOf(run.spec.fineTune)),
      );
      const seconds = perStep * stepsOf(spec.fineTune) + perEvaluation * evaluationsOf(spec.fineTune);
      return { seconds, basis: { kind: 'same', runs: same.length } };
    }
    const others = sameCode(this.#byDevice.get(deviceOf(spec)) ?? [], spec);
    if (others.length > 0) {
      // A ratio of sums, because short runs are mostly startup time.
      const rate =
        sum(others.map(({ spec: other }) => trainingFlops(other) + evaluationFlops(other))) /
        sum(others.map(({ timing }) => timing.seconds));
      return { seconds: flops / rate, basis: { kind: 'scaled', runs: others.length } };
    }
    const [per, gigaflops, units] =
      spec.engine.flavour === 'cuda'
        ? (['GPU', assumedPerGpu, 1] as const)
        : (['core', assumedPerCore, this.#resources.cores] as const);
    return { seconds: flops / (gigaflops * 1e9 * units), basis: { kind: 'assumed', gigaflops, per } };
  }

  #memory(spec: RunSpec): number {
    const same = this.#bySettings.get(settingsOf(spec)) ?? [];
    // The measured memory is that of the process, as are the images; on a GPU there are only those of a micro-batch.
    const isOfProcess = spec.engine.flavour === 'cpu';
    if (isOfProcess && same.length > 0) {
      return largest(same.map(({ timing }) => timing.peakRssBytes));
    }
    const { architecture, batch, batchSplit } = spec.fineTune;
    const network = architectureNamed(architecture);
    const images = isOfProcess ? imageMemory(spec).total : 0;
    const freeBytes = this.#resources.freeBytes - images;
    const split = batchSplit === 'auto' ? batchSplitFor(network, spec.fineTune, freeBytes) : batchSplit;
    return images + trainingBytes(network, spec.fineTune, batch / split);
  }
}

/** Floating-point operations of training. */
function trainingFlops({ fineTune }: Pick<RunSpec, 'fineTune'>): number {
  const { architecture, crop, classes, batch } = fineTune;
  return imageCost(architectureNamed(architecture), crop, classes).trained * batch * stepsOf(fineTune);
}

/** Floating-point operations of all evaluations. */
function evaluationFlops({ fineTune, dataset }: Pick<RunSpec, 'fineTune' | 'dataset'>): number {
  const { architecture, crop, classes, testImages = countsOf(dataset).testImages } = fineTune;
  const { forward } = imageCost(architectureNamed(architecture), crop, classes);
  return forward * testImages * evaluationsOf(fineTune);
}

export const stepsOf = ({ schedule }: Pick<FineTuneSpec, 'schedule'>): number => schedule.at(-1)!;

/** Training always ends with an evaluation. */
function evaluationsOf(fineTune: Pick<FineTuneSpec, 'schedule' | 'evaluateEvery'>): number {
  const { evaluateEvery } = fineTune;
  return evaluateEvery === 0 ? 1 : Math.ceil(stepsOf(fineTune) / evaluateEvery);
}

const canonical = configure({ deterministic: true });

/** Everything that the duration of a step or of an evaluation, or the memory, depends on. */
function settingsOf({ fineTune, engine, dataset }: RunSpec): string {
  const { shots, seed, baseLr, momentum, schedule, evaluateEvery, mixup, ...rest } = fineTune;
  return canonical([rest, engine, dataset, mixup > 0]);
}

/** Includes the precision, because a GPU is several times faster in one than in another. */
const deviceOf = ({ engine: { flavour, device }, fineTune: { precision } }: RunSpec): string =>
  canonical([flavour, device, precision]);

/** Runs of the same source code if there are any, because the speed of the code may have changed. */
function sameCode(runs: readonly FinishedRun[], { sources }: RunSpec): readonly FinishedRun[] {
  const same = runs.filter(({ spec }) => spec.sources === sources);
  return same.length > 0 ? same : runs;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]): number => summarise(values).median;

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
