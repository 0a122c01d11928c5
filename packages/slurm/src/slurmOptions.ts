import { z } from 'zod';

/** A value for one of Slurm's own options, passed to sbatch as one argument without a shell. */
const value = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s-][^\s]*$/, { error: 'a value without spaces that does not begin with a hyphen' });

const resources = z.strictObject({
  partition: value
    .optional()
    .meta({ description: 'Partition for the jobs. Default: the cluster’s.', examples: ['gpu'] }),
  account: value.optional().meta({ description: 'Account to charge.', examples: ['ml-research'] }),
  qos: value.optional().meta({ description: 'Quality of service.', examples: ['preemptible'] }),
  gres: value.optional().meta({ description: 'GPUs per job.', examples: ['gpu:a100:1'] }),
  constraint: value.optional().meta({ description: 'Required node features.', examples: ['a100'] }),
  exclude: value.optional().meta({ description: 'Nodes to avoid.', examples: ['node[07-09]'] }),
  exclusive: z
    .boolean()
    .optional()
    .meta({ description: 'Whether jobs get whole nodes. Default: false.', examples: [true] }),
  time: value.optional().meta({
    description: 'Time limit of a job. A run that takes longer is requeued from its checkpoint.',
    examples: ['04:00:00'],
  }),
  mem: value.optional().meta({ description: 'Memory per job.', examples: ['32G'] }),
  cpusPerTask: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .meta({
      description:
        'Cores per job. Without a GPU, they are the number of threads and so part of the run’s key. Default: 1.',
      examples: [8],
    }),
});

/** Resources of a job, and the device that they include. */
const nodes = resources.extend({
  device: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({
      description:
        'The GPU or processor of the nodes, as `harness doctor` prints it there. It is part of every run’s key, and the worker ' +
        'checks it. Required with `gres`. Default: the processor of the machine that submits.',
      examples: ['NVIDIA A100-SXM4-80GB'],
    }),
});

/** The section that `--launcher slurm` reads. */
export const slurmSchema = nodes
  .extend({
    computeCapability: z
      .number()
      .min(1)
      .max(99)
      .optional()
      .meta({
        description:
          'Compute capability of the GPUs, as `harness doctor` prints it on a node. It selects TensorFlow, since the nodes cannot be queried. ' +
          'Default: 8.0, which selects a TensorFlow for Pascal to Hopper.',
        examples: [5.2],
      }),
    maxParallel: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({
        description: 'Maximum number of jobs running at a time. Default: as many as Slurm starts.',
        examples: [16],
      }),
    maxQueued: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({
        description:
          'Maximum number of jobs waiting or running at a time. They continue when the submitting command exits. Default: 1,000, the largest ' +
          'array in Slurm’s default configuration.',
        examples: [200],
      }),
    notice: z
      .int()
      .min(10)
      .max(3600)
      .optional()
      .meta({
        description:
          'Seconds before the end of `time` at which a job saves a checkpoint and is requeued. Must be well below `time`. ' +
          'Default: 120.',
        examples: [300],
      }),
    askEvery: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .meta({
        description: 'Seconds between queries of the controller, each for all jobs. Default: 60.',
        examples: [15],
      }),
    preamble: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'A bash file that jobs source first, such as for modules. The path is relative to this file.',
        examples: ['cluster-modules.sh'],
      }),
    architectures: z
      .record(z.string(), nodes)
      .optional()
      .meta({
        description: 'Different resources for networks of an architecture.',
        examples: [{ R152x4: { gres: 'gpu:a100:1', time: '12:00:00' } }],
      }),
  })
  .meta({
    description: 'How `--launcher slurm` submits runs to a cluster. Default: with sbatch’s own defaults.',
    examples: [{ partition: 'gpu', gres: 'gpu:1', time: '04:00:00' }],
  });

export type SlurmOptions = z.infer<typeof slurmSchema>;
export type SlurmResources = z.infer<typeof resources>;

const resourcesAlone = z.object(resources.shape);

/** Default number of jobs waiting or running at a time. */
export const defaultMaxQueued = 1000;

/** Resources of the jobs of an architecture. */
export const resourcesFor = (options: SlurmOptions, architecture: string): SlurmResources => ({
  ...resourcesAlone.parse(options),
  ...resourcesAlone.parse(options.architectures?.[architecture] ?? {}),
});

/** The device of the nodes for jobs of an architecture, if named. */
export const deviceFor = (
  { device, architectures }: SlurmOptions,
  architecture: string,
): string | undefined => architectures?.[architecture]?.device ?? device;

/** Whether jobs of any architecture use GPUs. */
export const asksForGpu = ({ gres, architectures = {} }: SlurmOptions): boolean =>
  [gres, ...Object.values(architectures).map((own) => own.gres)].some(
    (value) => value?.startsWith('gpu') === true,
  );
