import { downloadFile, ExplainedError, writeFileAtomic, type DownloadOptions } from '../src/index.ts';

/** Run in a process of its own: carries out one task and prints one line of JSON for each thing that happens. */
interface Task {
  download?: DownloadOptions;
  write?: { file: string; bytes: number };
}

// Without this the system ends a process that writes beyond `ulimit -f`, where a full disk gives an error.
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
