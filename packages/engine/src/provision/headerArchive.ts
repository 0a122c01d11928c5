import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';

/** TensorFlow's thousands of C++ headers in one file, so that an installation is checked quickly. */
export const headerArchive = 'headers.tgz';

/**
 * The folder in which a wheel's C++ headers are unpacked, and the members that are: they include everything
 * stream.cc needs.
 */
export const headerFolder = '.headers';
export const headerMembers =
  /^tensorflow\/include\/((?:Eigen|absl|google|ml_dtypes|tensorflow\/core|tensorflow\/tsl|tsl|unsupported|xla\/(?:stream_executor|tsl|[\w.]+$)).*)$/;

/** Packs the headers that were unpacked into `folder` into one file. */
export async function packHeaders(folder: string): Promise<void> {
  const unpacked = join(folder, headerFolder);
  await mkdir(unpacked, { recursive: true });
  await create(
    { gzip: true, portable: true, cwd: unpacked, file: join(folder, 'tensorflow', headerArchive) },
    ['.'],
  );
  await rm(unpacked, { recursive: true });
}
