import { expect, it } from 'vitest';
import { withoutSecrets } from '../../src/provenance/provenance.ts';
import type { Private } from '../../src/redaction/redact.ts';
import { provenanceSchema } from '../../src/store/records.ts';
import { plannedRun, record } from '../../testing/sampleRuns.ts';

const known: Private = { workspace: '/srv/repo', homes: ['/home/ada'], secrets: ['a-secret-of-ada'] };
const { provenance } = record(plannedRun(), 50);

it('provenance contains no secrets or home paths, and counts the secrets removed', () => {
  const sha256 = 'a'.repeat(64);
  const given = {
    ...provenance,
    git: { ...provenance.git, branch: 'a-secret-of-ada', untracked: ['/home/ada/x', 'token=abc'] },
    configFile: '/home/ada/x.yaml',
    extended: [{ file: '/home/ada/y.yaml', sha256 }],
    set: ['settings.baseLr=1', 'name=a-secret-of-ada'],
  };
  const cleaned = withoutSecrets(
    { provenance: given, diff: Buffer.from('a-secret-of-ada /home/ada') },
    known,
  );
  expect(cleaned).toEqual({
    diff: Buffer.from('[redacted] ~'),
    provenance: {
      ...provenance,
      git: { ...provenance.git, branch: '[redacted]', untracked: ['~/x', 'token=[redacted]'] },
      configFile: '~/x.yaml',
      extended: [{ file: '~/y.yaml', sha256 }],
      set: ['settings.baseLr=1', 'name=[redacted]'],
      redacted: 4,
    },
  });
  expect(provenanceSchema.safeParse(cleaned.provenance).success).toBe(true);
});

it('provenance has no count of secrets if there were none', () => {
  expect(withoutSecrets({ provenance, diff: undefined }, known)).toEqual({ provenance, diff: undefined });
});
