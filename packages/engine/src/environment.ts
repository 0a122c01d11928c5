import type { Installation } from './provision/installation.ts';

export interface EnvironmentOptions {
  /** By its UUID, or its number in nvidia-smi's order. */
  gpu?: string;
  /** Of the processor. */
  threads?: number;
  /** Whether GPUs may round the factors of float32 products to TF32's 10 bits. Default: they may not. */
  tensorFloat32?: boolean;
}

/** Environment variables by name; those without a value are to be absent. */
export type EngineEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The environment variables that a process needs before it loads TensorFlow: kernels that give the same bits every
 * time, memory taken as needed, one GPU or none, no start-up chatter.
 */
export function engineEnvironment(
  installation: Pick<Installation, 'flavour'>,
  { gpu, threads, tensorFloat32 = false }: EnvironmentOptions = {},
): EngineEnvironment {
  const count = threads === undefined ? undefined : String(threads);
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_DETERMINISTIC_OPS: '1',
    // Huge pages: glibc asks for none by itself. Scoring is a fifth faster on two cores; other C libraries ignore it.
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
    ...(count === undefined ? {} : { TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: count }),
    ...(installation.flavour === 'cuda'
      ? {
          TF_FORCE_GPU_ALLOW_GROWTH: 'true',
          // As nvidia-smi counts, where GPUs are named by number.
          CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
          // TensorFlow allows TF32 from Ampere on; 0 forbids it to NVIDIA's libraries.
          NVIDIA_TF32_OVERRIDE: tensorFloat32 ? undefined : '0',
          TF_GPU_ALLOCATOR: 'cuda_malloc_async',
          ...(gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu }),
        }
      : { CUDA_VISIBLE_DEVICES: '' }),
  };
}

/**
 * Sets variables for what this process loads from now on, and removes those that are to be absent. Node hands them to the C
 * library, so that libraries loaded later see them; what the C library itself reads at the start, such as GLIBC_TUNABLES, comes too late.
 */
export function setEnvironment(
  variables: EngineEnvironment,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(environment, name);
    else environment[name] = value;
  }
}
