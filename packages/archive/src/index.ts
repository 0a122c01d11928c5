export { importArchive, unpackArchive } from './importArchive.ts';
export type { Imported } from './imported.ts';
export { storeSchemas } from './jsonSchemas.ts';
export { type ArchiveManifest, manifestName } from './manifest.ts';
export { listMembers, writeArchive } from './writeArchive.ts';
