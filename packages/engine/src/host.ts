import { readFile } from 'node:fs/promises';
import { OutsideError } from '@bit-repro/artifacts';
import { family } from 'detect-libc';

/** The properties of a machine that decide whether TensorFlow's libraries run on it. */
export interface Host {
  /** Node's platform and architecture, such as `linux-x64`. */
  platform: string;
  /** `glibc` or `musl`; absent except on Linux. */
  libc?: string;
  /** Instruction sets as Linux names them, such as `avx2`; empty when unknown. */
  cpuFeatures: readonly string[];
}

/** Describes the machine this process runs on. */
export async function describeHost(): Promise<Host> {
  const libc = await family();
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return {
    platform: `${process.platform}-${process.arch}`,
    ...(libc !== null && { libc }),
    cpuFeatures: /^(?:flags|Features)\s*:\s*(.*)$/m.exec(info)?.[1]?.split(' ') ?? [],
  };
}

/** Why TensorFlow's libraries cannot run on a machine; nothing when they can. */
export function hostProblem({ platform, libc, cpuFeatures }: Host): OutsideError | undefined {
  if (libc === 'musl') {
    return new OutsideError(
      'TensorFlow needs Linux with glibc; this one has musl',
      'Run on another distribution, such as Debian: TensorFlow publishes no library for Alpine.',
    );
  }
  if (platform === 'linux-x64' && cpuFeatures.length > 0 && !cpuFeatures.includes('avx')) {
    return new OutsideError(
      'Expected a processor with AVX, found one without',
      'Run on a processor made since 2012; in a virtual machine, choose the host’s processor model.',
    );
  }
  return undefined;
}
