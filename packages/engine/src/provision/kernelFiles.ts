/** What the kernels of a card consist of. */
export const kernelFiles = { code: 'kernels.cubin', stream: 'stream.so' };
