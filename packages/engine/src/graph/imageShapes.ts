import { DataType } from './recording.ts';
import { at, known, type Attributes, type ShapeRule, type TracedInput } from './shapeRule.ts';

const windowed = (size: number, window: number, stride: number, padding: string): number =>
  padding === 'SAME' ? Math.ceil(size / stride) : Math.ceil((size - window + 1) / stride);

const expectNhwc = (attributes: Attributes, op: string): void => {
  const format = (attributes.get('data_format') as string | undefined) ?? 'NHWC';
  if (format !== 'NHWC') {
    throw new Error(`Expected ${op} in NHWC, found ${format}. Use the channels-last layout.`);
  }
};

const spatial = (
  input: TracedInput,
  window: readonly [number, number],
  attributes: Attributes,
): [number, number] => {
  const strides = attributes.get('strides') as number[];
  const padding = String(attributes.get('padding'));
  if (padding !== 'SAME' && padding !== 'VALID') {
    throw new Error(`Expected padding SAME or VALID, found ${padding}. Pad explicitly with tf.pad first.`);
  }
  return [
    windowed(input.shape[1] ?? 0, window[0], strides[1] ?? 1, padding),
    windowed(input.shape[2] ?? 0, window[1], strides[2] ?? 1, padding),
  ];
};

/** Conv2D: [N, H, W, I] and [h, w, I, O] -> [N, H', W', O]. */
export const conv2d: ShapeRule = (inputs, attributes) => {
  expectNhwc(attributes, 'Conv2D');
  const [input, filter] = [at(inputs, 0), at(inputs, 1)];
  const [height, width, , channels] = filter.shape as [number, number, number, number];
  return [
    {
      shape: [input.shape[0] ?? 0, ...spatial(input, [height, width], attributes), channels],
      dtype: input.dtype,
    },
  ];
};

/** DepthwiseConv2dNative: [N, H, W, I] and [h, w, I, M] -> [N, H', W', I M]. */
export const depthwiseConv2d: ShapeRule = (inputs, attributes) => {
  expectNhwc(attributes, 'DepthwiseConv2dNative');
  const [input, filter] = [at(inputs, 0), at(inputs, 1)];
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  return [
    {
      shape: [input.shape[0] ?? 0, ...spatial(input, [height, width], attributes), channels * multiplier],
      dtype: input.dtype,
    },
  ];
};

/** MaxPool and AvgPool. */
export const pool: ShapeRule = (inputs, attributes) => {
  expectNhwc(attributes, 'pooling');
  const input = at(inputs, 0);
  const ksize = attributes.get('ksize') as number[];
  return [
    {
      shape: [
        input.shape[0] ?? 0,
        ...spatial(input, [ksize[1] ?? 1, ksize[2] ?? 1], attributes),
        input.shape[3] ?? 0,
      ],
      dtype: input.dtype,
    },
  ];
};

/** ResizeBilinear and ResizeNearestNeighbor. */
export const resize: ShapeRule = (inputs) => {
  const [height = 0, width = 0] = known(inputs, 1, 'the size of a resize');
  const { shape } = at(inputs, 0);
  return [{ shape: [shape[0] ?? 0, height, width, shape[3] ?? 0], dtype: DataType.float32 }];
};
