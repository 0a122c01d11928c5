import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { cifar100Classes } from '../src/cifar100Format.ts';

export const nested = 'cifar-100-binary';
const recordBytes = 2 + 3 * 1024;

/** Files in the format of CIFAR-100: image i is of class i % 100, its red is that, its green and blue are 1 and 2. */
export function makeCifar100(folder: string): void {
  mkdirSync(join(folder, nested), { recursive: true });
  for (const [name, count] of Object.entries({ 'train.bin': 50_000, 'test.bin': 10_000 })) {
    const bytes = Buffer.alloc(count * recordBytes);
    for (let image = 0; image < count; image += 1) {
      const start = image * recordBytes;
      const fine = image % 100;
      bytes[start] = fine % 20;
      bytes[start + 1] = fine;
      bytes.fill(fine, start + 2, start + 2 + 1024);
      bytes.fill(1, start + 2 + 1024, start + 2 + 2048);
      bytes.fill(2, start + 2 + 2048, start + recordBytes);
    }
    writeFileSync(join(folder, nested, name), bytes);
  }
  writeFileSync(join(folder, nested, 'fine_label_names.txt'), `${cifar100Classes.join('\n')}\n\n`);
  writeFileSync(join(folder, nested, 'coarse_label_names.txt'), 'not read\n');
}

/** The same as an archive, which is made once. */
export async function archiveOf(folder: string, file: string): Promise<string> {
  await create({ file, cwd: folder, gzip: { level: 1 } }, [nested]);
  return file;
}
