/** The tfjs namespace that runs on libtensorflow. */
export type TensorFlow = typeof import('@tensorflow/tfjs-node-gpu');
