import { cpus, totalmem } from 'node:os';
import type { Gpu } from '@bit-repro/engine';
import type { Provenance } from '../store/records.ts';

/** The machine, as far as it explains times and bits; no names of it or of its user. */
export function describeHost(gpus: readonly Gpu[]): Provenance['host'] {
  const processors = cpus();
  return {
    platform: `${process.platform}-${process.arch}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    gpus: gpus.map(({ name, memoryBytes, driverVersion }) => ({
      name,
      ...(memoryBytes !== undefined && { memoryBytes }),
      driverVersion,
    })),
  };
}

/** How a run's key and its report name what computes it: runs of one device class give the same bits. */
export function deviceName(gpu: Gpu | undefined): string {
  return gpu?.name ?? cpus()[0]?.model.trim() ?? 'unknown';
}
