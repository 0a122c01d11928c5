/**
 * A part of the key under which Nx keeps the result of tests: the same whenever TensorFlow and CIFAR-10 are in the cache, and never the
 * same otherwise, so that no result is kept of a run that skipped tests because one of them could not be had.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../packages/artifacts/src/cacheRoot.ts';

const isFetched = ['engine', 'cifar10'].every((name) => existsSync(join(cacheRoot(), name)));
process.stdout.write(isFetched ? 'fetched' : randomUUID());
