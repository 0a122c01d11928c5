import type { Installation } from './provision/installation.ts';

export interface EnvironmentOptions {
  /** UUID, or number in nvidia-smi's order. */
  gpu?: string;
  /** Processor threads. */
  threads?: number;
  /** Whether GPUs may round the factors of float32 products to TF32's 10 bits (default false). */
  tensorFloat32?: boolean;
}

/** Environment variables by name; `undefined` means the variable must not be set. */
export type EngineEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The environment variables a process needs before it loads TensorFlow: kernels that give the same bits every
 * time, memory allocated as needed, one GPU or none, no start-up messages.
 */
export function engineEnvironment(
  installation: Pick<Installation, 'flavour'>,
  { gpu, threads, tensorFloat32 = false }: EnvironmentOptions = {},
): EngineEnvironment {
  const count = threads === undefined ? undefined : String(threads);
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_DETERMINISTIC_OPS: '1',
    // Huge pages, which glibc does not request by itself: scoring is a fifth faster on two cores. Other C
    // libraries ignore it.
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
    ...(count === undefined ? {} : { TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: count }),
    ...(installation.flavour === 'cuda'
      ? {
          TF_FORCE_GPU_ALLOW_GROWTH: 'true',
          // nvidia-smi's order, for GPUs given by number.
          CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
          // TensorFlow allows TF32 from Ampere on; 0 forbids it in NVIDIA's libraries.
          NVIDIA_TF32_OVERRIDE: tensorFloat32 ? undefined : '0',
          TF_GPU_ALLOCATOR: 'cuda_malloc_async',
          ...(gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu }),
        }
      : { CUDA_VISIBLE_DEVICES: '' }),
  };
}

/**
 * Sets and removes variables for what this process loads from now on. Node passes them to the C library, so
 * libraries loaded later see them; it is too late for what the C library reads at start-up, such as
 * GLIBC_TUNABLES.
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
