import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';

/** In TensorFlow's folder: its C++ headers, thousands, in one file, so that an installation is quick to look through. */
export const headerArchive = 'headers.tgz';

/** Folder of a wheel that its C++ headers are unpacked into, and the members that are: what stream.cc includes lies among them. */
export const headerFolder = '.headers';
export const headerMembers =
  /^tensorflow\/include\/((?:Eigen|absl|google|ml_dtypes|tensorflow\/core|tensorflow\/tsl|tsl|unsupported|xla\/(?:stream_executor|tsl|[\w.]+$)).*)$/;

/** Puts the headers that were unpacked into `folder` into one file. */
export async function packHeaders(folder: string): Promise<void> {
  const unpacked = join(folder, headerFolder);
  await mkdir(unpacked, { recursive: true });
  await create(
    { gzip: true, portable: true, cwd: unpacked, file: join(folder, 'tensorflow', headerArchive) },
    ['.'],
  );
  await rm(unpacked, { recursive: true });
}
