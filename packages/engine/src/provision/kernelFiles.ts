/** The files that make up a card's kernels. */
export const kernelFiles = { code: 'kernels.cubin', stream: 'stream.so' };
