import { createHash } from 'node:crypto';
import type { Target } from './targetSchema.ts';

/** SHA-256 of the published numbers; comments and layout of the file do not count. */
export const digestOfTarget = ({ sameNumbersAs: _, ...target }: Target): string =>
  createHash('sha256').update(JSON.stringify(target)).digest('hex');
