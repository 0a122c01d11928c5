import { datasetRecordSchema } from '@bit-repro/data';
import { fineTuneSchema } from '@bit-repro/trainer';
import { z } from 'zod';
import { verdictRuleSchema } from '@bit-repro/experiment';

/**
 * The files of a run's folder. `spec.json` is written when the run starts, `result.json` when it has ended,
 * and the seal over all files last. A run is done if its seal holds.
 */
export const runFiles = {
  spec: 'spec.json',
  provenance: 'provenance.json',
  diff: 'code.diff',
  events: 'events.jsonl',
  /** What the worker took of the machine; absent in older runs. */
  telemetry: 'telemetry.jsonl',
  log: 'worker.log',
  weights: 'weights.npz',
  /** The training images, one column per class; absent if they are more than 1,000. */
  subset: 'subset.png',
  /** What the network made of each test image; absent in older runs. */
  predictions: 'predictions.npz',
  /** The most confident mistakes among them, in a row; absent if there are none, and in older runs. */
  mistakes: 'mistakes.png',
  result: 'result.json',
  timing: 'timing.json',
  seal: 'seal.json',
  error: 'error.json',
  heartbeat: 'heartbeat.json',
  ticket: 'ticket.json',
} as const;

/** The most images that `mistakes.png` shows. */
export const mostMistakes = 12;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const fraction = z.number().min(0).max(1);

/** Specification of a run. Everything but the display names is part of the run's key. */
export const runSpecSchema = z.strictObject({
  /** Version of the file format. */
  version: z.literal(1),
  /** Display only. */
  experiment: z.string(),
  /** Display only. */
  arm: z.strictObject({ name: z.string(), title: z.string() }),
  /** As in the experiment: a published model, or an architecture. */
  model: z.string(),
  weights: z.strictObject({
    kind: z.enum(['published', 'embedded', 'random', 'file', 'hub']),
    /** Display name of the weights. */
    title: z.string(),
    /** Of random weights. */
    seed: z.int().optional(),
    /** Of a weights file. Its path, which is needed to run, is not part of the key. */
    sha256: sha256.optional(),
    /** Relative to the workspace, to the home folder as `~/...`, or absolute. */
    path: z.string().optional(),
    /** On the Hugging Face hub: OWNER/NAME, or OWNER/NAME@REVISION. Not part of the key either. */
    repository: z.string().optional(),
  }),
  /** The path and the title of a folder are not part of the key. */
  dataset: datasetRecordSchema,
  fineTune: fineTuneSchema,
  engine: z.strictObject({
    flavour: z.enum(['cpu', 'cuda']),
    tensorflow: z.string(),
    device: z.string(),
    /** Of a processor: TensorFlow splits sums among its threads, so their number changes the last bits. */
    threads: z.int().positive().optional(),
  }),
  /** SHA-256 of the source code that a result depends on. */
  sources: sha256,
});

/** The hardware that explains times and bits. */
const hostSchema = z.strictObject({
  platform: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  gpus: z.array(
    z.strictObject({ name: z.string(), memoryBytes: z.number().optional(), driverVersion: z.string() }),
  ),
});

/** The code and the machine that made the run. */
export const provenanceSchema = z.strictObject({
  git: z.union([
    z.strictObject({
      /** Absent in records of earlier versions if git could not be queried. */
      sha: z.string().optional(),
      branch: z.string().optional(),
      /** Whether tracked files were changed, or source files are new; the changes are in `code.diff`. */
      dirty: z.boolean(),
      untracked: z.array(z.string()),
      /** Files whose changes are too large for `code.diff`; absent if there are none. */
      notKept: z.array(z.string()).optional(),
    }),
    z.strictObject({
      /** Why the commit is unknown. */
      unknown: z.string(),
    }),
  ]),
  /** The npm package that the code is from, SHA-256 of its files; absent in a clone. */
  package: z.strictObject({ name: z.string(), version: z.string(), sha256 }).optional(),
  versions: z.record(z.string(), z.string()),
  /** The machine that planned the run. */
  host: hostSchema,
  engineSha256: z.record(z.string(), sha256),
  configFile: z.string(),
  configSha256: sha256,
  /** The experiments that the config extends, nearest first; absent if there are none. */
  extended: z.array(z.strictObject({ file: z.string(), sha256 })).optional(),
  /** Overrides from the command line; absent if there were none. */
  set: z.array(z.string()).optional(),
  profile: z.string(),
  /** SHA-256 of the plan that the run was started for, a file of `.plans` in the store. */
  planSha256: sha256.optional(),
  /** Number of secrets redacted here and in `code.diff`; absent if there were none. */
  redacted: z.int().positive().optional(),
  /** The verdict rule in the config when the run was started; absent if there was none. */
  verdict: verdictRuleSchema.optional(),
  /** The look of this rule that the run was started for, where seeds are added until the verdicts are decided. */
  look: z.int().positive().optional(),
  /** The published numbers when the run was started, SHA-256 of their JSON; absent if there were none, and in earlier records. */
  target: z.strictObject({ name: z.string(), sha256 }).optional(),
});

const evaluationSchema = z.strictObject({
  step: count,
  top1: fraction,
  /** Absent with five classes or fewer. */
  top5: fraction.exactOptional(),
  loss: z.number(),
  samples: z.int().positive(),
});

/** The part that an identical rerun must reproduce byte for byte. */
export const runResultSchema = z.strictObject({
  key: sha256,
  subset: z.union([
    z.strictObject({ indices: z.array(count), labels: z.array(count) }),
    /** All training images, this many. */
    z.strictObject({ all: z.int().positive() }),
  ]),
  final: evaluationSchema,
  evaluations: z.array(evaluationSchema),
  lossesSha256: sha256,
  /**
   * Micro-batches per step: the first entry is the split at the start, the others are finer splits after
   * memory ran out, from the step after `step`.
   */
  splits: z.array(z.strictObject({ step: count, batchSplit: z.int().positive() })),
  /** Of `predictions.npz`, which gives the final top-1 score; absent in older runs, which have none. */
  predictionsSha256: sha256.exactOptional(),
});

/** Summary of samples. */
const spread = z.strictObject({ mean: z.number(), max: z.number() });

/** Sampled at intervals during the run. */
export const telemetrySchema = z.strictObject({
  samples: count,
  /** Seconds between samples. */
  everySeconds: z.number().positive(),
  /** Memory of the process. */
  rssBytes: spread,
  /** Processor cores that the process kept busy. */
  cores: spread,
  /** One-minute load average of the machine, on systems that have one. */
  load: spread,
  /** GPU values from nvidia-smi; unknown ones are absent. */
  gpu: z
    .strictObject({
      name: z.string(),
      samples: count,
      memoryBytes: spread.optional(),
      /** Percentage of the time in which a kernel ran. */
      utilisation: spread.optional(),
      powerWatts: spread.optional(),
      temperatureCelsius: spread.optional(),
      /** Of the GPU only: mean power times the run's duration. */
      energyWattHours: z.number().optional(),
    })
    .optional(),
});

/** A line of `telemetry.jsonl`. */
export const telemetrySampleSchema = z.strictObject({
  at: z.iso.datetime(),
  /** Memory of the process. */
  rssBytes: z.number(),
  /** Processor cores that the process kept busy since the last sample. */
  cores: z.number(),
  /** One-minute load average of the machine; zero on systems that have none. */
  load: z.number(),
  /** What nvidia-smi last said of the GPU. */
  gpu: z
    .strictObject({
      memoryBytes: z.number().exactOptional(),
      /** Percentage of the time in which a kernel ran. */
      utilisation: z.number().exactOptional(),
      powerWatts: z.number().exactOptional(),
      temperatureCelsius: z.number().exactOptional(),
    })
    .exactOptional(),
});

/** The part that differs between identical runs. */
export const runTimingSchema = z.strictObject({
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  seconds: z.number(),
  /** Seconds spent in evaluations, part of `seconds`. */
  evaluationSeconds: z.number(),
  /** Seconds that steps waited for their images, since the last resumption; absent in older runs. */
  waitedSeconds: z.number().optional(),
  peakRssBytes: z.number(),
  device: z.string(),
  /** The machine that finished the run; absent in older runs, whose machine is in `provenance.json`. */
  host: hostSchema.optional(),
  /** Of the worker that finished the run. */
  telemetry: telemetrySchema.optional(),
  /** SHA-256 of `result.json`. */
  resultSha256: sha256,
  /** Whether a seal is written after the result; absent in older runs, which have none. */
  sealed: z.literal(true).optional(),
});

/** Sizes and digests of a run's files when it was done. */
export const sealSchema = z.strictObject({
  version: z.literal(1),
  key: sha256,
  /** By name. The worker's log is not included: it may grow after the seal. */
  files: z.record(z.string(), z.strictObject({ bytes: count, sha256 })),
});

/** A line of `events.jsonl`. */
export const runEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('step'),
    /** Steps done, from 1 to `steps`. */
    step: z.int().positive(),
    steps: z.int().positive(),
    /** Mean cross-entropy over the batch, before the update. */
    loss: z.number(),
    learningRate: z.number().min(0),
  }),
  z.strictObject({ kind: z.literal('evaluation'), ...evaluationSchema.shape }),
  /** Memory ran out in the step after `step`. This and all later steps use this many micro-batches. */
  z.strictObject({ kind: z.literal('split'), step: count, batchSplit: z.int().positive() }),
  z.strictObject({ kind: z.literal('checkpoint'), step: count }),
  /** Training resumed from a checkpoint. Later steps may also precede this line. */
  z.strictObject({ kind: z.literal('resumed'), step: count }),
  /** A checkpoint could not be used. */
  z.strictObject({ kind: z.literal('restarted'), reason: z.string() }),
]);

/** Why a run failed. */
export const runErrorSchema = z.strictObject({
  message: z.string(),
  /** What the user can do about it. */
  remedy: z.string().optional(),
  /** Whether the cause is not in the run itself, so that another attempt may succeed. */
  transient: z.literal(true).optional(),
  stack: z.string().optional(),
});

export type RunSpec = z.infer<typeof runSpecSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
export type RunResult = z.infer<typeof runResultSchema>;
export type Telemetry = z.infer<typeof telemetrySchema>;
export type TelemetrySample = z.infer<typeof telemetrySampleSchema>;
export type RunTiming = z.infer<typeof runTimingSchema>;
export type RunEvent = z.infer<typeof runEventSchema>;
export type Seal = z.infer<typeof sealSchema>;

/** A finished run. */
export interface RunRecord {
  id: string;
  folder: string;
  spec: RunSpec;
  provenance: Provenance;
  result: RunResult;
  timing: RunTiming;
  /** False for runs from before seals existed: only their result has a checksum. */
  isSealed: boolean;
}
