import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Gpu, Installation } from '@bit-repro/engine';
import { digestOfTarget, loadTarget, type Experiment, type Origin } from '@bit-repro/experiment';
import type { Provenance } from '../store/records.ts';
import { portablePath, workspaceRoot } from '@bit-repro/artifacts';
import { describeCode } from './code.ts';
import { describeHost } from './host.ts';
import { z } from 'zod';
import { countRedacted, privateHere, redact, type Private } from '../redaction/redact.ts';
import { redactDiff } from '../redaction/redactDiff.ts';

export interface ProvenanceInput {
  /** The source of the experiment: its files and the overrides from the command line. */
  config: Pick<Experiment, 'file' | 'verdict' | 'target'> & { origin: Pick<Origin, 'files' | 'set'> };
  profile: string;
  /** The look of the verdict's rule that the runs are for, where there is one. */
  look?: number;
  /** Files that the runs depend on, relative to the workspace. */
  sources: readonly string[];
  installation: Installation;
  gpus: readonly Gpu[];
}

/** The code, config, versions and machine of this command's runs, without secrets and private paths. */
export async function gatherProvenance(input: ProvenanceInput): Promise<GatheredProvenance> {
  return withoutSecrets(await gather(input));
}

/** Provenance, and the uncommitted changes. */
export interface GatheredProvenance {
  provenance: Provenance;
  diff: Buffer | undefined;
}

/**
 * Removes secrets and private paths from everything written by hand or read from files; the rest is digests,
 * versions and names of hardware.
 */
export function withoutSecrets(
  { provenance, diff }: GatheredProvenance,
  known = privateHere(),
): GatheredProvenance {
  let count = 0;
  const clean = (text: string, by = redact): string => {
    const cleaned = by(text, known);
    count += countRedacted(text, cleaned);
    return cleaned;
  };
  const { git, configFile, extended, set, ...rest } = provenance;
  const cleanDiff = (text: string): string => clean(text, (one) => redactDiff(one, inBytes(known)));
  const cleaned = {
    // As Latin-1, one character per byte: a diff may have any encoding.
    diff: diff && Buffer.from(cleanDiff(diff.toString('latin1')), 'latin1'),
    provenance: {
      git: cleanGit(git, clean),
      ...rest,
      configFile: clean(configFile),
      ...(extended && { extended: extended.map(({ file, sha256 }) => ({ file: clean(file), sha256 })) }),
      ...(set && { set: set.map((assignment) => clean(assignment)) }),
    },
  };
  return count === 0 ? cleaned : { ...cleaned, provenance: { ...cleaned.provenance, redacted: count } };
}

function cleanGit(git: Provenance['git'], clean: (text: string) => string): Provenance['git'] {
  if ('unknown' in git) return { unknown: clean(git.unknown) };
  const { branch, untracked, notKept, ...rest } = git;
  return {
    ...rest,
    ...(branch !== undefined && { branch: clean(branch) }),
    untracked: untracked.map((name) => clean(name)),
    ...(notKept && { notKept: notKept.map((name) => clean(name)) }),
  };
}

/** Encodes as UTF-8 and decodes as Latin-1, to search text in that form. */
function inBytes({ workspace, homes, secrets }: Private): Private {
  const bytes = (text: string): string => Buffer.from(text).toString('latin1');
  return { workspace: bytes(workspace), homes: homes.map(bytes), secrets: secrets.map(bytes) };
}

async function gather(input: ProvenanceInput): Promise<GatheredProvenance> {
  const { config, profile, look, sources, installation, gpus } = input;
  const require = createRequire(import.meta.url);
  const { version } = z.object({ version: z.string() }).parse(require(join(workspaceRoot, 'package.json')));
  const { git, diff, package: packed } = await describeCode(sources);
  const { file, origin, verdict, target } = config;
  return {
    diff,
    provenance: {
      git,
      ...(packed && { package: packed }),
      versions: { harness: version, node: process.versions.node, tensorflow: installation.tensorflowVersion },
      host: describeHost(gpus),
      engineSha256: { ...installation.sha256 },
      configFile: portablePath(resolve(file)),
      configSha256: origin.files[0]!.sha256,
      ...(origin.files.length > 1 && {
        extended: origin.files
          .slice(1)
          .map(({ file, sha256 }) => ({ file: portablePath(resolve(file)), sha256 })),
      }),
      ...(origin.set.length > 0 && { set: [...origin.set] }),
      profile,
      ...(verdict !== undefined && { verdict }),
      ...(look !== undefined && { look }),
      ...(target !== undefined && {
        target: { name: target, sha256: digestOfTarget(await loadTarget(target)) },
      }),
    },
  };
}
