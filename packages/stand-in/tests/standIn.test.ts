import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { embeddedNetwork, teacher } from '../src/index.ts';

const { result, ...made } = JSON.parse(readFileSync(embeddedNetwork.provenanceFile, 'utf8')) as {
  name: string;
  result: { network: { sha256: string } };
  spec: { recipe: { architecture: string }; teacher: object };
};

it('the weights of the stand-in are those that its provenance describes', () => {
  const digest = createHash('sha256').update(readFileSync(embeddedNetwork.file)).digest('hex');
  expect(digest).toBe(result.network.sha256);
});

it('the stand-in is named, built and taught as its provenance says', () => {
  expect(made.name).toBe(embeddedNetwork.name);
  expect(made.spec.recipe.architecture).toBe(embeddedNetwork.architecture);
  const { name, version } = teacher.wheel;
  expect(made.spec.teacher).toEqual({ name, version, sha256: teacher.sha256 });
});

it('the stand-in says in its title that it is one', () => {
  expect(embeddedNetwork.title).toContain('stand-in');
});
