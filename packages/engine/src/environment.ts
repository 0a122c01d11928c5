import type { Installation } from './provision/installation.ts';

/**
 * The environment variables that a process needs before it loads TensorFlow: kernels that give the same bits every
 * time, memory taken as needed, one GPU or none, no start-up chatter.
 */
export function engineEnvironment(
  installation: Pick<Installation, 'flavour'>,
  options: { gpu?: string; threads?: number } = {},
): Record<string, string> {
  const threads = options.threads === undefined ? undefined : String(options.threads);
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_DETERMINISTIC_OPS: '1',
    // Huge pages: glibc asks for none by itself. Scoring is a fifth faster on two cores; other C libraries ignore it.
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
    ...(threads === undefined ? {} : { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: threads }),
    ...(installation.flavour === 'cuda'
      ? {
          TF_FORCE_GPU_ALLOW_GROWTH: 'true',
          // As nvidia-smi counts, where GPUs are named by number.
          CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
          // From Ampere on cuDNN would round what float32 convolutions multiply to 10 bits, unless it is told not to.
          NVIDIA_TF32_OVERRIDE: '0',
          TF_GPU_ALLOCATOR: 'cuda_malloc_async',
          ...(options.gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: options.gpu }),
        }
      : { CUDA_VISIBLE_DEVICES: '' }),
  };
}
