import { cpus, totalmem } from 'node:os';
import type { Gpu } from '@bit-repro/engine';
import type { Provenance } from '../store/records.ts';

/** The hardware that explains times and bits; without host or user names. */
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

/**
 * The name of a device in a run's key and its report: runs on devices of the same name give the same bits.
 */
export function deviceName(gpu: Gpu | undefined): string {
  return gpu?.name ?? cpus()[0]?.model.trim() ?? 'unknown';
}
