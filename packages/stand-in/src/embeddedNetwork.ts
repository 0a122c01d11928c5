import { fileURLToPath } from 'node:url';

const fileOf = (name: string): string => fileURLToPath(new URL(`../weights/${name}`, import.meta.url));

/**
 * BiT-mini, the stand-in in this repository: an npz file with the published tensor names, and its provenance.
 */
export const embeddedNetwork = {
  name: 'BiT-mini',
  /** Display name, wherever a number from it is shown. */
  title: 'BiT-mini (stand-in)',
  architecture: 'mini',
  file: fileOf('BiT-mini.npz'),
  provenanceFile: fileOf('BiT-mini.json'),
} as const;
