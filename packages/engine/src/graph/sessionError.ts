import { OutsideError } from '@bit-repro/artifacts';

/** The kind of failure, where a caller can act on it. */
export type GraphErrorKind = 'resource-exhausted' | 'device-failed' | 'other';

/** TensorFlow could not run a graph. */
export class GraphError extends OutsideError {
  readonly kind: GraphErrorKind;

  constructor(message: string, remedy: string, options?: ErrorOptions & { kind?: GraphErrorKind }) {
    super(message, remedy, options);
    this.kind = options?.kind ?? 'other';
  }
}

/**
 * Matches messages of TensorFlow, the CUDA driver, cuDNN and cuBLAS, in this order: full memory is no failure
 * of the device.
 */
const outOfMemory =
  /resource ?exhausted|OOM when allocating|failed to allocate|CUDA_ERROR_OUT_OF_MEMORY|STATUS_ALLOC_FAILED/i;
const deviceFailed =
  /CUDA_ERROR_\w+|CUDNN_STATUS_\w+|CUBLAS_STATUS_\w+|GPU is lost|fell off the bus|unspecified launch failure/i;

/** Explains why TensorFlow failed to run a graph, and quotes its message. */
export function sessionError(cause: unknown): GraphError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (outOfMemory.test(message)) {
    return new GraphError('TensorFlow ran out of memory', 'Use smaller micro-batches.', {
      cause,
      kind: 'resource-exhausted',
    });
  }
  const said = message.replace(/^Invalid TF_Status: \d+\nMessage: /, '').split('\n')[0]!;
  if (deviceFailed.test(message)) {
    return new GraphError(
      `The GPU failed: ${said}`,
      'Look for “Xid” in the output of `dmesg`, and check whether `nvidia-smi` still lists the GPU. It may need a reset (`nvidia-smi -r`), or the ' +
        'machine a restart. The same command then resumes from the last checkpoint.',
      { cause, kind: 'device-failed' },
    );
  }
  return new GraphError(`TensorFlow failed to run the graph: ${said}`, 'See the log of the run.', { cause });
}
