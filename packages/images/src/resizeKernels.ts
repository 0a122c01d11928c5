/** What of WebAssembly is used, which the types of Node lack. */
declare const WebAssembly: {
  Module: new (binary: Uint8Array) => object;
  Instance: new (module: object) => { exports: ResizeKernels };
};

/** The functions of resizeKernels.wat and their memory, in which all places are. */
export interface ResizeKernels {
  memory: { readonly buffer: ArrayBuffer; grow: (pages: number) => number };
  resizeRow: (from: number, into: number, table: number, count: number, taps: number) => void;
  sumRows: (from: number, into: number, weights: number, count: number, taps: number) => void;
}

/** resizeKernels.wat in binary: `npx wat2wasm src/resizeKernels.wat --output=- | base64 --wrap=96`. */
export const binary = Buffer.from(
  `
  AGFzbQEAAAABCQFgBX9/f39/AAMDAgAABQMBAAEHIAMGbWVtb3J5AgAJcmVzaXplUm93AAAHc3VtUm93cwABCokDApcBAgJ/
  AXsDQCAAIAIoAgBqIQUgAkEEaiEC/QwAACAAAAAgAAAAIAAAACAAIQcgBCEGA0AgByAF/VwCAP2JAf2pASAC/QkCAP21Af2u
  ASEHIAVBA2ohBSACQQRqIQIgBkEBayIGDQALIAdBFv2tASEHIAcgB/2FASEHIAEgByAH/Wb9WgIAACABQQNqIQEgA0EBayID
  DQALC+0BAgR/B3sDQP0MAAAgAAAAIAAAACAAAAAgACEMIAwhDSAMIQ4gDCEPIAAgBWohBiACIQcgBCEIA0AgBv0ABAAhCSAH
  /QkCACELIAn9iQEhCiAMIAsgCv2pAf21Af2uASEMIA0gCyAK/aoB/bUB/a4BIQ0gCf2KASEKIA4gCyAK/akB/bUB/a4BIQ4g
  DyALIAr9qgH9tQH9rgEhDyAGIANqIQYgB0EEaiEHIAhBAWsiCA0ACyABIAVqIAxBFv2tASANQRb9rQH9hQEgDkEW/a0BIA9B
  Fv2tAf2FAf1m/QsEACAFQRBqIgUgA0kNAAsL
  `,
  'base64',
);

const page = 2 ** 16;
/** More memory than this is not kept after an image that needs it. */
const mostKept = 2 ** 24;

let module: object | undefined;
let kept: ResizeKernels | undefined;

/** The kernels, with at least this much memory. What was in it may be overwritten. */
export function resizeKernels(bytes: number): ResizeKernels {
  module ??= new WebAssembly.Module(binary);
  const kernels = (bytes <= mostKept ? kept : undefined) ?? new WebAssembly.Instance(module).exports;
  if (bytes <= mostKept) kept = kernels;
  const { memory } = kernels;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  return kernels;
}
