import { inLine } from '@bit-repro/artifacts';

/** A name from a file, without control characters and shortened. */
export const printable = (name: string): string => inLine(name, 120);
