import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const text = (file: string): string => readFileSync(join(workspaceRoot, file), 'utf8');
const json = (file: string): unknown => JSON.parse(text(file));

describe('the Dockerfile', () => {
  const dockerfile = text('Dockerfile');

  it('passes the linter', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('that has a misspelt instruction does not', () => {
    expect(validate(dockerfile.replace('WORKDIR', 'WORKDER'))).not.toEqual([]);
  });

  it('takes the Node of .nvmrc', () => {
    expect(dockerfile).toContain(`FROM node:${text('.nvmrc').trim()}-`);
  });

  it('has the stage that the development container is made of', () => {
    const { build } = json('.devcontainer/devcontainer.json') as {
      build: { dockerfile: string; target: string };
    };
    expect(existsSync(join(workspaceRoot, '.devcontainer', build.dockerfile))).toBe(true);
    expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, 'm'));
  });
});

describe('CITATION.cff', () => {
  // Of cffconvert 2.0.0. Without formats: a date or an address that is misspelt is not found.
  const isValid = new Ajv({ strict: false, validateFormats: false }).compile(
    json('apps/harness/tests/fixtures/cff-1.2.0.schema.json') as object,
  );
  const citation = parse(text('CITATION.cff')) as Record<string, unknown>;

  it('is valid', () => {
    isValid(citation);
    expect(isValid.errors).toBeNull();
  });

  it('would not be without authors', () => {
    expect(isValid({ ...citation, authors: undefined })).toBe(false);
  });

  it('has the version and the licence of the program', () => {
    const { version, license } = json('package.json') as { version: string; license: string };
    expect(citation).toMatchObject({ version, license });
  });
});
