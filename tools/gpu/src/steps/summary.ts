import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { places } from '../places.ts';
import { readResults } from '../results.ts';
import type { Step } from '../steps.ts';
import { table } from '../table.ts';

/** What goes into docs/engine.md, and which lines must change with it. */
export const summary: readonly Step[] = [
  {
    name: 'summary',
    seconds: 30,
    run: async (results) => {
      const lines = (await places()).map(
        ({ file, line, text }) => `- ${file}:${line}: \`${text.replaceAll('`', '')}\``,
      );
      const toChange = ['## Lines to change, or to confirm', '', ...lines, ''].join('\n');
      const file = join(results, 'summary.md');
      await writeFile(file, `${table(await readResults(results))}\n${toChange}`);
      return { value: file };
    },
  },
];
