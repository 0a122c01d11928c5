import { downloadFile, ExplainedError, writeFileAtomic, type DownloadOptions } from '../src/index.ts';

/** Runs in its own process: performs one task and prints each event as a line of JSON. */
interface Task {
  download?: DownloadOptions;
  write?: { file: string; bytes: number };
}

// By default, the system kills a process that writes beyond `ulimit -f`; a full disk gives an error instead.
process.on('SIGXFSZ', () => undefined);

const tell = (event: unknown): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
const { download, write } = JSON.parse(process.argv[2]!) as Task;
try {
  if (download) tell(await downloadFile({ ...download, onProgress: tell }));
  if (write) await writeFileAtomic(write.file, new Uint8Array(write.bytes));
} catch (error) {
  if (!(error instanceof ExplainedError)) throw error;
  const { name, message, remedy } = error;
  tell({ name, message, remedy });
}
