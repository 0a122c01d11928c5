import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import type { Gpu, Installation } from '@bit-repro/engine';
import type { Experiment, Origin } from '../config/index.ts';
import type { Provenance } from '../store/records.ts';
import { workspaceRoot } from '../workspace.ts';
import { describeCode } from './code.ts';
import { describeHost } from './host.ts';

export interface ProvenanceInput {
  /** What the runs were composed from: its files, and what the command line laid over them. */
  config: Pick<Experiment, 'file' | 'verdict'> & { origin: Pick<Origin, 'files' | 'set'> };
  profile: string;
  installation: Installation;
  gpus: readonly Gpu[];
}

/** Which code, config, versions and machine the runs of this command are made with. */
export async function gatherProvenance(
  input: ProvenanceInput,
): Promise<{ provenance: Provenance; diff: string | undefined }> {
  const { config, profile, installation, gpus } = input;
  const require = createRequire(import.meta.url);
  const { version } = require('../../package.json') as { version: string };
  const { git, diff } = await describeCode();
  const { file, origin, verdict } = config;
  return {
    diff,
    provenance: {
      git,
      versions: { harness: version, node: process.versions.node, tensorflow: installation.tensorflowVersion },
      host: describeHost(gpus),
      engineSha256: { ...installation.sha256 },
      configFile: relative(workspaceRoot, resolve(file)),
      configSha256: origin.files[0]!.sha256,
      ...(origin.files.length > 1 && {
        extended: origin.files
          .slice(1)
          .map(({ file, sha256 }) => ({ file: relative(workspaceRoot, resolve(file)), sha256 })),
      }),
      ...(origin.set.length > 0 && { set: [...origin.set] }),
      profile,
      ...(verdict !== undefined && { verdict }),
    },
  };
}
