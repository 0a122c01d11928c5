import { datasetNames } from '@bit-repro/data';
import { fineTuneSchema } from '@bit-repro/trainer';
import { z } from 'zod';
import { verdictRuleSchema } from '@bit-repro/experiment';

/**
 * The files of a run's folder. `spec.json` is written when the run is planned, `result.json` when it has ended, and the seal
 * over all of them last: a run is done when its seal holds.
 */
export const runFiles = {
  spec: 'spec.json',
  provenance: 'provenance.json',
  diff: 'code.diff',
  events: 'events.jsonl',
  log: 'worker.log',
  weights: 'weights.npz',
  /** The training images, one class a column. */
  subset: 'subset.png',
  result: 'result.json',
  timing: 'timing.json',
  seal: 'seal.json',
  error: 'error.json',
  heartbeat: 'heartbeat.json',
  ticket: 'ticket.json',
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const fraction = z.number().min(0).max(1);

/** What a run computes. All of it but the display names decides the run's key. */
export const runSpecSchema = z.strictObject({
  /** Format of this file; a store of another version is told apart. */
  version: z.literal(1),
  /** Display only. */
  experiment: z.string(),
  /** Display only. */
  arm: z.strictObject({ name: z.string(), title: z.string() }),
  /** As the experiment names it: a published model, or an architecture. */
  model: z.string(),
  weights: z.strictObject({
    kind: z.enum(['published', 'embedded', 'random', 'file']),
    /** How to call the weights towards people. */
    title: z.string(),
    /** Of random weights. */
    seed: z.int().optional(),
    /** Of a file, whose path is needed to run but does not belong to the key. */
    sha256: sha256.optional(),
    /** From the workspace on, from the home folder on as `~/...`, or absolute. */
    path: z.string().optional(),
  }),
  dataset: z.strictObject({ name: z.enum(datasetNames), sha1: z.record(z.string(), z.string()) }),
  fineTune: fineTuneSchema,
  engine: z.strictObject({
    flavour: z.enum(['cpu', 'cuda']),
    tensorflow: z.string(),
    device: z.string(),
    /** Of a processor: TensorFlow splits sums among its threads, so their number changes the last bits. */
    threads: z.int().positive().optional(),
  }),
  /** SHA-256 over the sources that a result depends on. */
  sources: sha256,
});

/** A machine, as far as it explains times and bits. */
const hostSchema = z.strictObject({
  platform: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  gpus: z.array(
    z.strictObject({ name: z.string(), memoryBytes: z.number().optional(), driverVersion: z.string() }),
  ),
});

/** Which code made the run, from what machine. */
export const provenanceSchema = z.strictObject({
  git: z.union([
    z.strictObject({
      /** Absent in records of earlier versions, where git could not tell it. */
      sha: z.string().optional(),
      branch: z.string().optional(),
      /** Whether tracked files differ from the commit, or sources are new; the difference is in `code.diff`. */
      dirty: z.boolean(),
      untracked: z.array(z.string()),
      /** Files whose difference is too large for `code.diff`; absent where there are none. */
      notKept: z.array(z.string()).optional(),
    }),
    z.strictObject({
      /** Why the commit is not known. */
      unknown: z.string(),
    }),
  ]),
  versions: z.record(z.string(), z.string()),
  /** The machine that planned the run. */
  host: hostSchema,
  engineSha256: z.record(z.string(), sha256),
  configFile: z.string(),
  configSha256: sha256,
  /** The experiments that the config was laid over, the nearest first; absent where there are none. */
  extended: z.array(z.strictObject({ file: z.string(), sha256 })).optional(),
  /** What the command line assigned; absent where it did not. */
  set: z.array(z.string()).optional(),
  profile: z.string(),
  /** SHA-256 of the plan that the run was begun for, a file of `.plans` in the store. */
  planSha256: sha256.optional(),
  /** Secrets that `[redacted]` stands for, here and in `code.diff`; absent where there were none. */
  redacted: z.int().positive().optional(),
  /** The rule for the verdict that the config had when the run was begun; absent where it had none. */
  verdict: verdictRuleSchema.optional(),
});

const evaluationSchema = z.strictObject({
  step: count,
  top1: fraction,
  top5: fraction,
  loss: z.number(),
  samples: z.int().positive(),
});

/** What an identical rerun must reproduce byte for byte; nothing else is in the file. */
export const runResultSchema = z.strictObject({
  key: sha256,
  subset: z.strictObject({ indices: z.array(count), labels: z.array(count) }),
  final: evaluationSchema,
  evaluations: z.array(evaluationSchema),
  lossesSha256: sha256,
  /** Micro-batches per step at the start, and each finer split that memory forced: from the step after `step` on. */
  splits: z.array(z.strictObject({ step: count, batchSplit: z.int().positive() })),
});

/** What samples come to. */
const spread = z.strictObject({ mean: z.number(), max: z.number() });

/** What was sampled while a run went, over and over. */
export const telemetrySchema = z.strictObject({
  samples: count,
  /** Seconds between samples. */
  everySeconds: z.number().positive(),
  /** Memory of the process. */
  rssBytes: spread,
  /** Processor cores that the process kept busy. */
  cores: spread,
  /** Load average of the machine over a minute, where it has one. */
  load: spread,
  /** What nvidia-smi said of the GPU; values it does not know are absent. */
  gpu: z
    .strictObject({
      name: z.string(),
      samples: count,
      memoryBytes: spread.optional(),
      /** Percent of the time in which a kernel ran. */
      utilisation: spread.optional(),
      powerWatts: spread.optional(),
      temperatureCelsius: spread.optional(),
      /** Of the GPU alone: mean power times the run's time. */
      energyWattHours: z.number().optional(),
    })
    .optional(),
});

/** What differs between identical runs. */
export const runTimingSchema = z.strictObject({
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  seconds: z.number(),
  /** Seconds spent in evaluations, part of `seconds`. */
  evaluationSeconds: z.number(),
  peakRssBytes: z.number(),
  device: z.string(),
  /** The machine that finished the run; absent in older runs, which that of `provenance.json` did. */
  host: hostSchema.optional(),
  /** Of the worker that finished the run. */
  telemetry: telemetrySchema.optional(),
  /** SHA-256 of `result.json`, by which an altered result is found. */
  resultSha256: sha256,
  /** Says that a seal is written after the result; absent in older runs, which have none. */
  sealed: z.literal(true).optional(),
});

/** The last word on a run: what each of its files was when the run was done. */
export const sealSchema = z.strictObject({
  version: z.literal(1),
  key: sha256,
  /** By name. The worker's log is not among them: it may grow after the seal. */
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
  /** Memory ran out in the step after `step`: it and all later ones are made of this many micro-batches. */
  z.strictObject({ kind: z.literal('split'), step: count, batchSplit: z.int().positive() }),
  z.strictObject({ kind: z.literal('checkpoint'), step: count }),
  /** Training went on from a checkpoint; later steps may stand above this line, too. */
  z.strictObject({ kind: z.literal('resumed'), step: count }),
  /** There was a checkpoint that could not be used. */
  z.strictObject({ kind: z.literal('restarted'), reason: z.string() }),
]);

/** Why a run failed. */
export const runErrorSchema = z.strictObject({
  message: z.string(),
  /** What the user can do about it. */
  remedy: z.string().optional(),
  /** Whether the cause does not lie in the run itself, so that another attempt may go well. */
  transient: z.literal(true).optional(),
  stack: z.string().optional(),
});

export type RunSpec = z.infer<typeof runSpecSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
export type RunResult = z.infer<typeof runResultSchema>;
export type Telemetry = z.infer<typeof telemetrySchema>;
export type RunTiming = z.infer<typeof runTimingSchema>;
export type RunEvent = z.infer<typeof runEventSchema>;
export type Seal = z.infer<typeof sealSchema>;

/** A run that is done, as a report sees it. */
export interface RunRecord {
  id: string;
  folder: string;
  spec: RunSpec;
  provenance: Provenance;
  result: RunResult;
  timing: RunTiming;
  /** False for runs from before there were seals: their result alone is protected by a checksum. */
  isSealed: boolean;
}
