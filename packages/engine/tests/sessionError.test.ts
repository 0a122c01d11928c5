import { describe, expect, it } from 'vitest';
import { sessionError } from '../src/graph/sessionError.ts';

const inTensorFlow = (words: string): Error => new Error(`Invalid TF_Status: 13\nMessage: ${words}`);

describe('a TensorFlow error while running a graph', () => {
  it.each([
    'OOM when allocating tensor with shape[32,64,64,192] and type float on /job:localhost',
    'failed to allocate memory',
    'CUDA_ERROR_OUT_OF_MEMORY: out of memory',
    'CUBLAS_STATUS_ALLOC_FAILED',
  ])('is classified as out of memory: %s', (words) => {
    expect(sessionError(inTensorFlow(words))).toMatchObject({
      kind: 'resource-exhausted',
      remedy: 'Use smaller micro-batches.',
    });
  });

  it.each([
    'CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered',
    'could not synchronize on CUDA context: CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure',
    'CUDNN_STATUS_EXECUTION_FAILED\nin external/xla/xla/stream_executor/cuda/cuda_dnn.cc(5633)',
    'GPU is lost',
  ])('is classified as a GPU failure, quoted, with hints: %j', (words) => {
    expect(sessionError(inTensorFlow(words))).toMatchObject({
      kind: 'device-failed',
      message: `The GPU failed: ${words.split('\n')[0]}`,
      remedy: expect.stringMatching(/Xid.*same command then resumes/) as string,
    });
  });

  it('is otherwise reported by its first line', () => {
    expect(sessionError(inTensorFlow('No OpKernel was registered\nmore'))).toMatchObject({
      kind: 'other',
      message: 'TensorFlow failed to run the graph: No OpKernel was registered',
    });
  });
});
