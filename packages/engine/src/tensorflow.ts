export type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';

/** The tfjs namespace that runs on libtensorflow. */
export type TensorFlow = typeof import('@tensorflow/tfjs-node-gpu');
