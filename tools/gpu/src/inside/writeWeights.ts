// Writes generated weights of an architecture as an npz file under the published names, and its digest:
//   node --import tsx tools/gpu/src/inside/writeWeights.ts R50x3 FILE.npz [CLASSES]
// Stand-ins, not BiT: the formula of packages/model/tests/reference/hashed.ts with seed 0, as in tools/reference/write_weights.py.
import { digestFile } from '@bit-repro/artifacts';
import { architectureNamed, writeNpz } from '@bit-repro/model';
import { hashedWeights } from '@bit-repro/model/testing';

const [network, file, classes = '10'] = process.argv.slice(2) as [string, string, string?];
const weights = hashedWeights(architectureNamed(network), Number(classes), 0, 'mixed');
await writeNpz(file, weights);
process.stdout.write(
  `\n${JSON.stringify({ sha256: await digestFile(file, 'sha256'), tensors: weights.size })}\n`,
);
