import { readdir, readFile, lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot as defaultCacheRoot, ifAny, OutsideError, writeFileAtomic } from '@bit-repro/artifacts';
import { z } from 'zod';
import { bindingPath } from './binding.ts';
import { alteredFiles, filesIn, recordedFiles, recordFiles, type RecordedFiles } from './recordedFiles.ts';
import { kernelFiles } from './kernelFiles.ts';
import { kernelsFolderName, kernelsNameOf } from './kernels.ts';
import type { Flavour, Release } from './releases.ts';
import { alteredSinceVerified } from './verifyOnce.ts';

export type EngineSource = 'pip' | 'cdn';

/** A libtensorflow and the addon compiled for it, in the cache. */
export interface Installation {
  flavour: Flavour;
  tensorflowVersion: string;
  source: EngineSource;
  /** Holds everything. */
  folder: string;
  /** Holds libtensorflow and its headers. */
  libraryFolder: string;
  /** SHA-256 of TensorFlow's libraries and of the addon, by name. */
  sha256: Readonly<Record<string, string>>;
  bindingFile: string;
  /** Folders of this project's GPU kernels, one per compute capability they were compiled for. */
  kernels: readonly string[];
}

/** The record of what was unpacked, stored beside it. */
const installationRecord = z.object({
  tensorflowVersion: z.string(),
  source: z.enum(['pip', 'cdn']),
  files: recordedFiles,
});
/** The record of what was compiled. */
const compiledRecord = z.object({ files: recordedFiles });

const recordName = 'installation.json';
const bindingRecordName = 'binding.json';
const kernelsRecordName = 'kernels.json';
const nvrtcPattern = /^nvidia\/nvrtc\/lib\/libnvrtc\.so\.\d+$/;
const libraryPattern = /^tensorflow\/(libtensorflow[\w.]*\.(?:so\.2|2\.dylib))$/;

const installationsIn = (cacheRoot: string): string => join(cacheRoot, 'engine');

/** The folder of a release in the cache. */
export const installationFolder = (cacheRoot: string, { flavour, tensorflow, platform }: Release): string =>
  join(installationsIn(cacheRoot), `${flavour}-${tensorflow}-${platform}`);

/**
 * Records what was unpacked into `folder`.
 *
 * @throws OutsideError when it lacks TensorFlow's two libraries.
 */
export async function recordInstallation(
  folder: string,
  origin: Pick<z.infer<typeof installationRecord>, 'tensorflowVersion' | 'source'>,
): Promise<void> {
  const files = await recordFiles(folder);
  const libraries = Object.keys(librariesOf(files));
  if (libraries.length < 2) {
    throw new OutsideError(
      `Expected libtensorflow and libtensorflow_framework, found ${libraries.join(', ') || 'neither'}`,
      'Run the command again; if it fails again, this release has another layout.',
    );
  }
  await writeRecord(join(folder, recordName), { ...origin, files });
}

/** Records the addon that was compiled into `folder`. */
export async function recordBinding(folder: string): Promise<void> {
  await writeRecord(join(folder, bindingRecordName), { files: await recordFiles(folder) });
}

/** Records the kernels that were compiled into `folder`. */
export async function recordKernels(folder: string): Promise<void> {
  await writeRecord(join(folder, kernelsRecordName), { files: await recordFiles(folder) });
}

/** The NVRTC that was unpacked into `folder`, with its path relative to it. */
export async function nvrtcOf(folder: string): Promise<{ path: string; sha256: string } | undefined> {
  const record = await readRecord(join(folder, recordName), installationRecord);
  const found = Object.entries(record?.files ?? {}).find(([path]) => nvrtcPattern.test(path));
  return found && { path: found[0], sha256: found[1].sha256 };
}

/** Names of TensorFlow's libraries in the library folder; empty without a record. */
export async function libraryNames(folder: string): Promise<string[]> {
  const record = await readRecord(join(folder, recordName), installationRecord);
  return Object.keys(librariesOf(record?.files ?? {}));
}

/**
 * The installation in `folder`, with its addon; nothing when either lacks its record.
 *
 * @throws OutsideError when a record cannot be read.
 */
export async function readInstallation(folder: string, flavour: Flavour): Promise<Installation | undefined> {
  const bindingFile = bindingPath(folder);
  const record = await readRecord(join(folder, recordName), installationRecord);
  const binding = await readRecord(join(dirname(bindingFile), bindingRecordName), compiledRecord);
  if (record === undefined || binding === undefined) return undefined;
  const addon = Object.entries(binding.files).map(([name, { sha256 }]) => [name, sha256] as const);
  const kernels = await readKernels(folder);
  return {
    flavour,
    tensorflowVersion: record.tensorflowVersion,
    source: record.source,
    folder,
    libraryFolder: join(folder, 'tensorflow'),
    sha256: {
      ...librariesOf(record.files),
      ...Object.fromEntries(addon),
      ...Object.fromEntries(kernels.map(({ name, sha256 }) => [name, sha256])),
    },
    bindingFile,
    kernels: kernels.map((one) => one.folder),
  };
}

/**
 * The kernels of an installation that match the current sources: their folders, and the digests of their code
 * by names such as sm_90.cubin.
 */
async function readKernels(folder: string): Promise<{ folder: string; name: string; sha256: string }[]> {
  const nvrtc = await nvrtcOf(folder);
  if (nvrtc === undefined) return [];
  const found: { folder: string; name: string; sha256: string }[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const architecture = /^kernels-(sm_\d+)-/.exec(name)?.[1];
    if (architecture === undefined || name !== kernelsFolderName(architecture, nvrtc.sha256)) continue;
    const record = await readRecord(join(folder, name, kernelsRecordName), compiledRecord);
    const code = record?.files[kernelFiles.code];
    if (code !== undefined)
      found.push({ folder: join(folder, name), name: kernelsNameOf(architecture), sha256: code.sha256 });
  }
  return found;
}

/**
 * The installations in the cache that are ready to load.
 *
 * @throws OutsideError when the cache cannot be read.
 */
export async function installedEngines(cacheRoot = defaultCacheRoot()): Promise<Installation[]> {
  const root = installationsIn(cacheRoot);
  const found: Installation[] = [];
  for (const name of (await ifAny(root, (path) => readdir(path))) ?? []) {
    const flavour = /^(cpu|cuda)-/.exec(name)?.[1] as Flavour | undefined;
    const installation = flavour && (await readInstallation(join(root, name), flavour));
    if (installation !== undefined) found.push(installation);
  }
  return found;
}

/**
 * Describes how the files unpacked into `folder` were altered; nothing if they were not. See
 * `alteredSinceVerified`.
 */
export const damageOfLibraries = (folder: string): Promise<string | undefined> =>
  damage(folder, recordName, installationRecord);

/** The same for the folder that the addon was compiled into. */
export const damageOfBinding = (folder: string): Promise<string | undefined> =>
  damage(folder, bindingRecordName, compiledRecord);

/** The same for a folder that kernels were compiled into. */
export const damageOfKernels = (folder: string): Promise<string | undefined> =>
  damage(folder, kernelsRecordName, compiledRecord);

async function damage(
  folder: string,
  name: string,
  schema: z.ZodType<{ files: RecordedFiles }>,
): Promise<string | undefined> {
  const record = await readRecord(join(folder, name), schema);
  if (record === undefined)
    return `${join(folder, name)}, which records the contents of its folder, is missing or damaged`;
  const altered = await alteredSinceVerified(folder, record.files);
  return altered.length === 0
    ? undefined
    : `${altered.join(', ')} in ${folder} ${altered.length === 1 ? 'was' : 'were'} altered or removed`;
}

/**
 * The files of an installation whose bytes differ from what was unpacked or compiled; reads all of them.
 *
 * @throws OutsideError when one cannot be read.
 */
export async function verifyInstallation({
  folder,
  bindingFile,
  kernels,
}: Pick<Installation, 'folder' | 'bindingFile' | 'kernels'>): Promise<string[]> {
  const compiled = [
    { folder: dirname(bindingFile), name: bindingRecordName },
    ...kernels.map((one) => ({ folder: one, name: kernelsRecordName })),
  ];
  const altered = [await alteredIn(folder, recordName, installationRecord)];
  for (const one of compiled) altered.push(await alteredIn(one.folder, one.name, compiledRecord));
  return altered.flat();
}

async function alteredIn(
  folder: string,
  name: string,
  schema: z.ZodType<{ files: RecordedFiles }>,
): Promise<string[]> {
  const record = await readRecord(join(folder, name), schema);
  return record === undefined ? [name] : alteredFiles(folder, record.files);
}

/** Bytes that an installation takes. */
export async function installationBytes({ folder }: Pick<Installation, 'folder'>): Promise<number> {
  const sizes = await Promise.all(
    (await filesIn(folder)).map((path) => ifAny(join(folder, path), (file) => lstat(file))),
  );
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}

async function writeRecord(file: string, record: unknown): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Nothing when the record is missing or malformed. */
async function readRecord<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await ifAny(file, (path) => readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function librariesOf(files: RecordedFiles): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, { sha256 }]) => {
      const name = libraryPattern.exec(path)?.[1];
      return name === undefined ? [] : [[name, sha256]];
    }),
  );
}
