import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
/** What is large, and need not be kept: weights, run stores. Git ignores it. */
export const work = join(root, '.gpu/work');
/** Logits and losses as a processor computed them. */
export const processorFile = join(root, 'tools/gpu/processor.json');

/** Whether everything is only tried: a small network, a step or two. */
export const isSmall = process.env.SMALL === '1';
/** The network of the short runs. */
export const shortNetwork = isSmall ? 'mini' : 'R50x1';
/** The network of the job. */
export const jobNetwork = isSmall ? 'mini' : 'R50x3';
export const networks = [...new Set([shortNetwork, jobNetwork])];
export const crop = isSmall ? 32 : 128;

/** Python with PyTorch and timm, where there is one. */
export const python = process.env.PYTHON ?? 'python3';
/** By how much steps may take longer than their limits, on slow machines. */
export const patience = Number(process.env.PATIENCE ?? 1);
/** How often a comparison of speed goes round. */
export const rounds = Number(process.env.ROUNDS ?? (isSmall ? 1 : 2));

export const weightsFile = (network: string): string => join(work, `${network}.npz`);
