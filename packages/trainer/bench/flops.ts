import { parameterShapes, type Architecture } from '@bit-repro/model';

/**
 * Floating-point operations of the convolutions and the head for one image of `px` pixels: a multiplication and an addition
 * per weight and output pixel. Norms and activations are not counted.
 */
export function countFlops(
  architecture: Architecture,
  px: number,
  classes: number,
): { forward: number; trained: number } {
  let forward = 0;
  let root = 0;
  for (const { name, shape } of parameterShapes(architecture, classes)) {
    if (shape.length !== 4) continue;
    const [height, width, input, output] = shape as [number, number, number, number];
    const side = outputSide(name, px);
    const operations = 2 * height * width * input * output * side * side;
    forward += operations;
    if (name.includes('root_block')) root = operations;
  }
  // Backward: the gradients of the input and of the kernel; the images need none.
  return { forward, trained: 3 * forward - root };
}

/** Side of what a kernel's convolution gives, for images of `px` pixels. */
function outputSide(name: string, px: number): number {
  const half = (side: number): number => Math.ceil(side / 2);
  const afterRoot = half(px);
  if (name.includes('root_block')) return afterRoot;
  if (name.includes('head')) return 1;
  const [, block = '1', unit = '01', convolution = 'a'] =
    /block(\d)\/unit(\d+)\/(a\/proj|[abc])/.exec(name) ?? [];
  let side = half(afterRoot);
  const strided = Number(block) > 1;
  for (let before = 2; before <= Number(block); before += 1) side = half(side);
  // In a block's first unit convolution `a` still sees the size before the stride.
  return strided && unit === '01' && convolution === 'a' ? side * 2 : side;
}
