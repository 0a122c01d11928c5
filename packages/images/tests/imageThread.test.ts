import { describe, expect, it } from 'vitest';
import { WorkerThread } from '../src/imageThread.ts';

const share = { images: [], side: 1, block: new Uint8Array(0) };
const running = (script: string): WorkerThread => new WorkerThread(new URL(`data:text/javascript,${script}`));

describe('a thread that dies', () => {
  it('fails what it was to prepare, and what it is given later', async () => {
    const thread = running('throw new Error("broken")');
    const error = { message: 'A thread that prepares images has died', cause: { message: 'broken' } };
    await expect(thread.prepare(share)).rejects.toMatchObject(error);
    await expect(thread.prepare(share)).rejects.toMatchObject(error);
    await thread.close();
  });

  it('says so where it ends without an error', async () => {
    const thread = running('process.exit(3)');
    await expect(thread.prepare(share)).rejects.toThrow('has ended, with code 3');
    await thread.close();
  });
});
