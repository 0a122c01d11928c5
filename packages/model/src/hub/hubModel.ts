import { InputError } from '@bit-repro/artifacts';

/** A repository of models on the Hugging Face hub, at a branch, a tag or a commit. */
export interface HubModel {
  /** Owner and name, for example `timm/resnetv2_50x3_bit.goog_in21k`. */
  repository: string;
  /** Default: `main`. */
  revision?: string;
}

/** The file of weights in a repository, as timm and its kin name it. */
export const hubFileName = 'model.safetensors';

const part = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}';
/** `OWNER/NAME`. */
export const hubRepository = new RegExp(`^${part}/${part}$`, 'u');
/** A branch, a tag or a commit. */
export const hubRevision = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/u;

/** `OWNER/NAME`, or `OWNER/NAME@REVISION`. */
export const nameOfHub = ({ repository, revision }: HubModel): string =>
  revision === undefined ? repository : `${repository}@${revision}`;

/** Reads what `nameOfHub` writes. @throws InputError */
export function parseHub(name: string): HubModel {
  const at = name.indexOf('@');
  const repository = at === -1 ? name : name.slice(0, at);
  const revision = at === -1 ? undefined : name.slice(at + 1);
  if (!hubRepository.test(repository) || (revision !== undefined && !hubRevision.test(revision))) {
    throw new InputError(
      `Expected OWNER/NAME or OWNER/NAME@REVISION of the Hugging Face hub, found ${JSON.stringify(name)}`,
      'Write for example timm/resnetv2_50x3_bit.goog_in21k.',
    );
  }
  return { repository, ...(revision !== undefined && { revision }) };
}
