import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cacheRoot as defaultCacheRoot, digestFile, writeFileAtomic } from '@bit-repro/artifacts';
import { EngineError } from '../errors.ts';
import { bindingPath } from './binding.ts';
import type { Flavour, Release } from './releases.ts';

export type EngineSource = 'pip' | 'cdn';

/** A libtensorflow and the addon compiled for it, in the cache. */
export interface Installation {
  flavour: Flavour;
  tensorflowVersion: string;
  source: EngineSource;
  /** Holds all of it. */
  folder: string;
  /** Holds libtensorflow and its headers. */
  libraryFolder: string;
  /** Names of TensorFlow's libraries in it, with the SHA-256 each had when it was unpacked. */
  sha256: Readonly<Record<string, string>>;
  bindingFile: string;
}

/** What was unpacked, as recorded beside it. */
interface InstallationRecord {
  tensorflowVersion: string;
  source: EngineSource;
  /** Every file, by its path in the folder. */
  files: Readonly<Record<string, { bytes: number; sha256: string }>>;
}

const recordName = 'installation.json';
const libraryPattern = /^tensorflow\/(libtensorflow[\w.]*\.(?:so\.2|2\.dylib))$/;

const installationsIn = (cacheRoot: string): string => join(cacheRoot, 'engine');

/** Where a release lies in the cache. */
export const installationFolder = (cacheRoot: string, { flavour, tensorflow, platform }: Release): string =>
  join(installationsIn(cacheRoot), `${flavour}-${tensorflow}-${platform}`);

/**
 * Records what was unpacked into `folder`.
 *
 * @throws EngineError when TensorFlow's two libraries are not among it.
 */
export async function recordInstallation(
  folder: string,
  origin: Pick<InstallationRecord, 'tensorflowVersion' | 'source'>,
): Promise<void> {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const path of await filesIn(folder)) {
    const file = join(folder, path);
    files[path] = { bytes: (await lstat(file)).size, sha256: await digestFile(file, 'sha256') };
  }
  const libraries = Object.keys(librariesOf({ files }));
  if (libraries.length < 2) {
    throw new EngineError(
      `Expected libtensorflow and libtensorflow_framework, found ${libraries.join(', ') || 'neither'}`,
      'Run the command again; if it repeats, this release has another layout.',
    );
  }
  const record: InstallationRecord = { ...origin, files };
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`);
}

/** What is installed in `folder`, with the place of its addon; nothing without a readable record. */
export async function readInstallation(folder: string, flavour: Flavour): Promise<Installation | undefined> {
  const record = await readRecord(folder);
  return (
    record && {
      flavour,
      tensorflowVersion: record.tensorflowVersion,
      source: record.source,
      folder,
      libraryFolder: join(folder, 'tensorflow'),
      sha256: librariesOf(record),
      bindingFile: bindingPath(folder),
    }
  );
}

/** The installations in the cache that are ready to load. */
export async function installedEngines(cacheRoot = defaultCacheRoot()): Promise<Installation[]> {
  const root = installationsIn(cacheRoot);
  const found: Installation[] = [];
  for (const name of await readdir(root).catch((): string[] => [])) {
    const flavour = /^(cpu|cuda)-/.exec(name)?.[1] as Flavour | undefined;
    const installation = flavour && (await readInstallation(join(root, name), flavour));
    if (installation && (await sizeOf(installation.bindingFile)) !== undefined) found.push(installation);
  }
  return found;
}

/** Whether all that was unpacked is still there in its size: takes milliseconds. */
export async function isWhole(folder: string): Promise<boolean> {
  const record = await readRecord(folder);
  if (record === undefined) return false;
  const sizes = await Promise.all(
    Object.entries(record.files).map(
      async ([path, { bytes }]) => (await sizeOf(join(folder, path))) === bytes,
    ),
  );
  return sizes.every(Boolean);
}

/** The files of an installation whose bytes are no longer those that were unpacked. */
export async function verifyInstallation({ folder }: Pick<Installation, 'folder'>): Promise<string[]> {
  const record = await readRecord(folder);
  if (record === undefined) return [recordName];
  const altered: string[] = [];
  for (const [path, { sha256 }] of Object.entries(record.files)) {
    const found = await digestFile(join(folder, path), 'sha256').catch(() => undefined);
    if (found !== sha256) altered.push(path);
  }
  return altered;
}

/** Bytes that an installation takes. */
export async function installationBytes({ folder }: Pick<Installation, 'folder'>): Promise<number> {
  const sizes = await Promise.all((await filesIn(folder)).map((path) => sizeOf(join(folder, path))));
  return sizes.reduce<number>((sum, bytes = 0) => sum + bytes, 0);
}

async function readRecord(folder: string): Promise<InstallationRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, recordName), 'utf8')) as InstallationRecord;
  } catch {
    return undefined;
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true });
  return items
    .filter((item) => !item.isDirectory())
    .map((item) => relative(folder, join(item.parentPath, item.name)))
    .sort();
}

const sizeOf = (file: string): Promise<number | undefined> =>
  lstat(file).then(
    ({ size }) => size,
    () => undefined,
  );

function librariesOf({ files }: Pick<InstallationRecord, 'files'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, { sha256 }]) => {
      const name = libraryPattern.exec(path)?.[1];
      return name === undefined ? [] : [[name, sha256]];
    }),
  );
}
