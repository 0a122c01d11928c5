import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import type { Gpu, Installation } from '@bit-repro/engine';
import type { Provenance } from '../store/records.ts';
import { workspaceRoot } from '../workspace.ts';
import { describeCode } from './code.ts';
import { describeHost } from './host.ts';

export interface ProvenanceInput {
  configFile: string;
  profile: string;
  installation: Installation;
  gpus: readonly Gpu[];
}

/** Which code, config, versions and machine the runs of this command are made with. */
export async function gatherProvenance(
  input: ProvenanceInput,
): Promise<{ provenance: Provenance; diff: string | undefined }> {
  const { configFile, profile, installation, gpus } = input;
  const require = createRequire(import.meta.url);
  const { version } = require('../../package.json') as { version: string };
  const { git, diff } = await describeCode();
  const config = await readFile(configFile);
  return {
    diff,
    provenance: {
      git,
      versions: { harness: version, node: process.versions.node, tensorflow: installation.tensorflowVersion },
      host: describeHost(gpus),
      engineSha256: { ...installation.sha256 },
      configFile: relative(workspaceRoot, resolve(configFile)),
      configSha256: createHash('sha256').update(config).digest('hex'),
      profile,
    },
  };
}
