import { fileURLToPath } from 'node:url';

const fileOf = (name: string): string => fileURLToPath(new URL(`../weights/${name}`, import.meta.url));

/** BiT-mini, the stand-in in this repository: an npz file under the published names, and where it comes from. */
export const embeddedNetwork = {
  name: 'BiT-mini',
  /** How it is called towards people, wherever a number of it stands. */
  title: 'BiT-mini (stand-in)',
  architecture: 'mini',
  file: fileOf('BiT-mini.npz'),
  provenanceFile: fileOf('BiT-mini.json'),
} as const;
