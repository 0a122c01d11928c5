import { z } from 'zod';

/** A value of one of Slurm's own options: it is handed to sbatch as one argument and never to a shell. */
const value = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s-][^\s]*$/, { error: 'a value without spaces that does not begin with a hyphen' });

const resources = z.strictObject({
  partition: value
    .optional()
    .meta({ description: 'Where jobs go. Default: the cluster’s.', examples: ['gpu'] }),
  account: value.optional().meta({ description: 'Who pays.', examples: ['ml-research'] }),
  qos: value.optional().meta({ description: 'Quality of service.', examples: ['preemptible'] }),
  gres: value.optional().meta({ description: 'GPUs of a job.', examples: ['gpu:a100:1'] }),
  constraint: value.optional().meta({ description: 'Features of a node.', examples: ['a100'] }),
  exclude: value.optional().meta({ description: 'Nodes to leave out.', examples: ['node[07-09]'] }),
  exclusive: z
    .boolean()
    .optional()
    .meta({ description: 'Whole nodes. Default: no.', examples: [true] }),
  time: value.optional().meta({
    description: 'Longest time of a job; what it leaves is requeued from its checkpoint.',
    examples: ['04:00:00'],
  }),
  mem: value.optional().meta({ description: 'Memory of a job.', examples: ['32G'] }),
  cpusPerTask: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .meta({
      description: 'Cores of a job. Without a GPU they are its threads, and so part of its key. Default: 1.',
      examples: [8],
    }),
});

/** A job's resources, and what they are known to have. */
const nodes = resources.extend({
  device: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({
      description:
        'The GPU or processor of its nodes, as `harness doctor` on one of them has it: part of every run’s key, and checked by ' +
        'the worker. Needed with `gres`; default: the processor of the machine that submits.',
      examples: ['NVIDIA A100-SXM4-80GB'],
    }),
});

/** How runs are sent to a cluster with `--launcher slurm`. */
export const slurmSchema = nodes
  .extend({
    computeCapability: z
      .number()
      .min(1)
      .max(99)
      .optional()
      .meta({
        description:
          'Of the GPUs, as `harness doctor` on a node has it; by it TensorFlow is chosen where no node can be asked. Default: 8.0, ' +
          'whose TensorFlow is that of Pascal to Hopper.',
        examples: [5.2],
      }),
    maxParallel: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({
        description: 'Jobs that run at a time. Default: as many as Slurm begins.',
        examples: [16],
      }),
    maxQueued: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({
        description:
          'Jobs in the queue or running at a time; they go on when whoever sent them leaves. Default: 1,000, the most that an array ' +
          'of Slurm has where its administrators set nothing else.',
        examples: [200],
      }),
    notice: z
      .int()
      .min(10)
      .max(3600)
      .optional()
      .meta({
        description:
          'Seconds before the end of its `time` at which a job leaves a checkpoint and goes back into the queue. Must be well ' +
          'below `time`. Default: 120.',
        examples: [300],
      }),
    askEvery: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .meta({
        description: 'Seconds between questions to the controller, each for all jobs. Default: 60.',
        examples: [15],
      }),
    preamble: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'A bash file that jobs source first, as for modules; the path is relative to this file.',
        examples: ['cluster-modules.sh'],
      }),
    architectures: z
      .record(z.string(), nodes)
      .optional()
      .meta({
        description: 'What networks of an architecture need otherwise.',
        examples: [{ R152x4: { gres: 'gpu:a100:1', time: '12:00:00' } }],
      }),
  })
  .meta({
    description:
      'How `--launcher slurm` sends runs to a cluster. Default: it does so with sbatch’s own defaults.',
    examples: [{ partition: 'gpu', gres: 'gpu:1', time: '04:00:00' }],
  });

export type SlurmOptions = z.infer<typeof slurmSchema>;
export type SlurmResources = z.infer<typeof resources>;

const resourcesAlone = z.object(resources.shape);

/** Jobs in the queue or running at a time. */
export const defaultMaxQueued = 1000;

/** What jobs of an architecture ask for. */
export const resourcesFor = (options: SlurmOptions, architecture: string): SlurmResources => ({
  ...resourcesAlone.parse(options),
  ...resourcesAlone.parse(options.architectures?.[architecture] ?? {}),
});

/** The device of the nodes that jobs of an architecture go to, where it is named. */
export const deviceFor = (
  { device, architectures }: SlurmOptions,
  architecture: string,
): string | undefined => architectures?.[architecture]?.device ?? device;

/** Whether jobs of any architecture compute on GPUs. */
export const asksForGpu = ({ gres, architectures = {} }: SlurmOptions): boolean =>
  [gres, ...Object.values(architectures).map((own) => own.gres)].some(
    (value) => value?.startsWith('gpu') === true,
  );
