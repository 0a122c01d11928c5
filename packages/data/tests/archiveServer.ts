import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { digestFile } from '@bit-repro/artifacts';
import type { ArchiveSource } from '../src/archiveSource.ts';

/** Serves a file locally, or nothing, until the test ends. */
export async function serveArchive(file?: string): Promise<ArchiveSource & { requests: () => number }> {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    if (file === undefined) response.writeHead(404).end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-10-binary.tar.gz`,
    md5: file === undefined ? '' : await digestFile(file, 'md5'),
    requests: () => requests,
  };
}
