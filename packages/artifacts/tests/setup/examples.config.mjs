import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageTests } from '../../../../vitest.shared.mjs';

const { test } = packageTests('examples');

/** The configuration of every package, for the examples alone. */
export default {
  test: {
    ...test,
    include: [fileURLToPath(new URL('examples.ts', import.meta.url))],
    outputFile: join(tmpdir(), 'examples.json'),
  },
};
