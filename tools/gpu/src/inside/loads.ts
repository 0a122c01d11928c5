// Loads TensorFlow and holds a convolution, its gradients and a product to the same sums in JavaScript's double precision.
import { loadEngine, provision } from '@bit-repro/engine';
import { hashedUniform } from '@bit-repro/model/testing';

const start = performance.now();
const { tf, version, installation } = loadEngine(await provision());
const secondsToLoad = (performance.now() - start) / 1000;

// Channels in eights, as the units that round to TF32 want them.
const [side, channels, filters] = [12, 32, 32];
const image = hashedUniform('image', side * side * channels, 0);
const kernel = hashedUniform('kernel', 9 * channels * filters, 0);
const upstream = hashedUniform('upstream', side * side * filters, 0);

/** Each term of a convolution that keeps the size: at an output, an input and an element of the kernel. */
function forEachTerm(take: (output: number, input: number, weight: number) => void): void {
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1)
      for (let tap = 0; tap < 9; tap += 1) {
        const [row, column] = [y + Math.floor(tap / 3) - 1, x + (tap % 3) - 1];
        if (row < 0 || column < 0 || row >= side || column >= side) continue;
        for (let c = 0; c < channels; c += 1)
          for (let f = 0; f < filters; f += 1)
            take(
              (y * side + x) * filters + f,
              (row * side + column) * channels + c,
              (tap * channels + c) * filters + f,
            );
      }
}
const expected = {
  convolution: new Float64Array(upstream.length),
  inputGradient: new Float64Array(image.length),
  kernelGradient: new Float64Array(kernel.length),
};
forEachTerm((output, input, weight) => {
  expected.convolution[output]! += image[input]! * kernel[weight]!;
  expected.inputGradient[input]! += upstream[output]! * kernel[weight]!;
  expected.kernelGradient[weight]! += upstream[output]! * image[input]!;
});

const first = performance.now();
const x = tf.tensor4d(image, [1, side, side, channels]);
const w = tf.tensor4d(kernel, [3, 3, channels, filters]);
const dy = tf.tensor4d(upstream, [1, side, side, filters]);
const convolution = tf.conv2d(x, w, 1, 'same').dataSync();
const secondsToFirstConvolution = (performance.now() - first) / 1000;
const [inputGradient, kernelGradient] = tf
  .grads((input, weights) => tf.conv2d(input as typeof x, weights as typeof w, 1, 'same'))([x, w], dy)
  .map((gradient) => gradient.dataSync());
const found = { convolution, inputGradient: inputGradient!, kernelGradient: kernelGradient! };

const differences = Object.fromEntries(
  Object.entries(expected).map(([name, values]) => {
    const computed = found[name as keyof typeof found];
    const squares = values.reduce((sum, value) => sum + value ** 2, 0);
    return [
      name,
      Math.sqrt(values.reduce((sum, value, at) => sum + (value - computed[at]!) ** 2, 0) / squares),
    ];
  }),
);
const { flavour } = installation;
const result = { version, flavour, secondsToLoad, secondsToFirstConvolution, differences };
process.stdout.write(`\n${JSON.stringify(result)}\n`);
