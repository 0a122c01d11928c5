import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists, explainUnreadable, ifAny, InputError } from '@bit-repro/artifacts';
import { list, type ReadEntry } from 'tar';
import { z } from 'zod';
import { readMatFile } from './matFile.ts';

/** What the development kit says of the classes and of the validation images. */
export interface Devkit {
  /** The first of the words for each class, by its wnid. */
  titles: ReadonlyMap<string, string>;
  /** The wnid of each validation image, in the order of their numbers. */
  validation: readonly string[];
}

const name = 'ILSVRC2012_devkit_t12';
const metaFile = 'meta.mat';
const truthFile = 'ILSVRC2012_validation_ground_truth.txt';
const wanted = [metaFile, truthFile];
const refetch = `Fetch ${name}.tar.gz again.`;
const text = z.string();
const single = z.tuple([z.int()]).transform(([value]) => value);
const metaSchema = z.object({
  synsets: z.array(z.object({ ILSVRC2012_ID: single, WNID: text, words: text, num_children: single })),
});
type Synset = z.infer<typeof metaSchema>['synsets'][number];

/**
 * Reads the development kit in a folder, unpacked or as its archive; undefined if there is none.
 *
 * @throws InputError if a file is missing in it or is not what it should be; OutsideError if it cannot be read.
 */
export async function readDevkit(folder: string): Promise<Devkit | undefined> {
  const unpacked = join(folder, name);
  const archive = `${unpacked}.tar.gz`;
  if (await exists(unpacked)) return devkitOf(unpacked, await filesIn(join(unpacked, 'data')));
  if (await exists(archive)) return devkitOf(archive, await filesInArchive(archive));
  return undefined;
}

type Contents = ReadonlyMap<string, Buffer>;

async function filesIn(folder: string): Promise<Contents> {
  const contents = new Map<string, Buffer>();
  for (const file of wanted) {
    const content = await ifAny(join(folder, file), (path) => readFile(path));
    if (content !== undefined) contents.set(file, content);
  }
  return contents;
}

async function filesInArchive(archive: string): Promise<Contents> {
  const found = new Map<string, Promise<Buffer>>();
  const onReadEntry = (entry: ReadEntry): void => {
    const file = basename(entry.path);
    if (wanted.includes(file)) found.set(file, entry.concat());
  };
  try {
    await list({ file: archive, strict: true, onReadEntry });
  } catch (cause) {
    const unreadable = explainUnreadable(cause, archive);
    if (unreadable !== cause) throw unreadable;
    throw new InputError(`${archive} is damaged or cut short`, refetch, { cause });
  }
  return new Map(
    await Promise.all([...found].map(async ([file, content]) => [file, await content] as const)),
  );
}

function devkitOf(place: string, contents: Contents): Devkit {
  const contentOf = (file: string): Buffer => {
    const content = contents.get(file);
    if (content === undefined) throw new InputError(`${place} has no ${file}`, refetch);
    return content;
  };
  const synsets = synsetsIn(contentOf(metaFile), place);
  const wnids = new Map(synsets.map(({ ILSVRC2012_ID, WNID }) => [ILSVRC2012_ID, WNID]));
  return {
    titles: new Map(synsets.map(({ WNID, words }) => [WNID, words.split(', ')[0]!])),
    validation: validationIn(contentOf(truthFile).toString(), place, wnids),
  };
}

/** The synsets that have images: those without others below them. */
function synsetsIn(content: Buffer, place: string): Synset[] {
  try {
    const { synsets } = metaSchema.parse(readMatFile(content));
    return synsets.filter(({ num_children: below }) => below === 0);
  } catch (cause) {
    const why =
      cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0]! : (cause as Error).message;
    throw new InputError(`The synsets in ${metaFile} of ${place} cannot be read: ${why}`, refetch, { cause });
  }
}

function validationIn(content: string, place: string, wnids: ReadonlyMap<number, string>): string[] {
  return content
    .trim()
    .split(/\s+/)
    .map((word, index) => {
      const wnid = wnids.get(Number(word));
      if (wnid !== undefined) return wnid;
      throw new InputError(
        `Line ${index + 1} of ${truthFile} of ${place} is ${JSON.stringify(word)}, which is no ILSVRC2012_ID of ${metaFile}`,
        refetch,
      );
    });
}
