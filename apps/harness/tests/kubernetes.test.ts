import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from 'kubernetes-models/batch/v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workspaceRoot } from '@bit-repro/artifacts';

type Manifest = ConstructorParameters<typeof Job>[0];

const read = (name: string): object =>
  parse(readFileSync(join(workspaceRoot, 'docs/kubernetes', name), 'utf8')) as object;

/**
 * Validates a manifest against the schema of Kubernetes, and returns the keys that the schema does not know,
 * which it allows without checking them.
 */
function unknownKeys(manifest: object): string[] {
  const seen = new Set<string>();
  const all: string[] = [];
  const watched = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const children = new Map(
      Object.entries(value).map(([key, child]) => [key, watched(child, `${path}/${key}`)]),
    );
    all.push(...[...children.keys()].map((key) => `${path}/${key}`));
    return new Proxy(value, {
      get: (target, key) => {
        if (typeof key === 'string') seen.add(`${path}/${key}`);
        return typeof key === 'string' && children.has(key)
          ? children.get(key)
          : (Reflect.get(target, key) as unknown);
      },
    });
  };
  const job = watched(manifest, '') as Manifest;
  Job.prototype.validate.call(job as Job);
  return all.filter((path) => !seen.has(path)).sort();
}

describe.each(['prepare.yaml', 'run.yaml'])('the manifest %s', (name) => {
  it('is a valid Job in the schema of Kubernetes', () => {
    expect(unknownKeys(read(name))).toEqual([]);
  });
});

describe('validation against the schema', () => {
  const { spec, ...rest } = read('run.yaml') as { spec: { backoffLimit: number } };

  it('rejects a value of the wrong type', () => {
    expect(() => unknownKeys({ ...rest, spec: { ...spec, backoffLimit: 'three' } })).toThrow(
      'must be integer',
    );
  });

  it('finds an unknown key', () => {
    expect(unknownKeys({ ...rest, spec: { ...spec, backofLimit: 3 } })).toEqual(['/spec/backofLimit']);
  });
});
