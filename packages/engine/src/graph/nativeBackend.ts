import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { OpAttribute } from './recording.ts';

export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The part of tfjs-node's native addon that tracing replaces and programs use. */
export interface NativeBinding {
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(op: string, attributes: OpAttribute[], inputIds: number[], outputCount: number): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputIds: number[], inputNames: string, outputNames: string): TensorMetadata[];
  getNumOfSavedModels(): number;
  getNumOfTensors(): number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** The part of the tfjs-node backend that this package uses. */
export interface NativeBackend {
  binding: NativeBinding;
  createOutputTensor(metadata: { id: number; shape: readonly number[]; dtype: number }): Tensor;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  readonly isUsingGpuDevice: boolean;
  executeMultipleOutputs(
    op: string,
    attributes: OpAttribute[],
    inputs: readonly Tensor[],
    count: number,
  ): Tensor[];
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: readonly Tensor[]): Tensor;
}

/**
 * The native backend behind `tf`.
 *
 * @throws Error when `tf` runs on another backend.
 */
export function nativeBackend(tf: { backend(): unknown; getBackend(): string }): NativeBackend {
  if (tf.getBackend() !== 'tensorflow') {
    throw new Error(
      `Expected the backend \`tensorflow\`, found \`${tf.getBackend()}\`. Load TensorFlow with loadEngine() before compiling.`,
    );
  }
  return tf.backend() as NativeBackend;
}
