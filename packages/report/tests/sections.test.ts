import { beforeAll, describe, expect, it } from 'vitest';
import type { Telemetry } from '@bit-repro/runs';
import { renderReport } from '../src/renderReport.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';

const spread = { mean: 1.5, max: 2.5 };
const memory = { mean: 1024 ** 3, max: 2 * 1024 ** 3 };
const sampled: Telemetry = { samples: 3, everySeconds: 5, rssBytes: memory, cores: spread, load: spread };
const onGpu: Telemetry = {
  ...sampled,
  gpu: {
    name: 'Made-up | <GPU>',
    samples: 3,
    memoryBytes: memory,
    utilisation: spread,
    powerWatts: spread,
    temperatureCelsius: spread,
    energyWattHours: 3.25,
  },
};

/** A report of made-up runs, with what was sampled while they went. */
async function reportOf(telemetry?: Telemetry): Promise<{ html: string; md: string }> {
  const input = await madeUpInput('fig6', 'paper', likeThePaper);
  const records = input.records.map((record) =>
    telemetry === undefined ? record : { ...record, timing: { ...record.timing, telemetry } },
  );
  const { files } = await renderReport({ ...input, records });
  return { html: String(files.get('report.html')), md: String(files.get('report.md')) };
}

const appendix = 'Appendix: what the runs took';

describe('a section at the end of a report', () => {
  let withGpu: { html: string; md: string };
  beforeAll(async () => {
    withGpu = await reportOf(onGpu);
  });

  it('is left out where there is nothing to show', async () => {
    const { html, md } = await reportOf();
    expect(html + md).not.toContain(appendix);
    expect(md).toMatch(/<\/details>\n$/);
    expect(html).toContain('</section>\n</main>');
  });

  it('shows numbers of the ledger in both formats', () => {
    expect(withGpu.md).toMatch(
      /\| <code>\S+<\/code> \| 3 \| 1\.0 \/ 2\.0 GiB \| 1\.5 \/ 2\.5 \| 1\.5 \/ 2\.5 \|\n/,
    );
    expect(withGpu.html).toMatch(/<td class="n"><data value="1\.5" data-number="\d+">1\.5<\/data>/);
  });

  it('escapes texts for the format', () => {
    expect(withGpu.md).toContain('| Made-up \\| &lt;GPU&gt; | 3 |');
    expect(withGpu.html).toContain('<td>Made-up | &lt;GPU&gt;</td>');
  });

  it('leaves a part of it out where there is nothing to show', async () => {
    const { md } = await reportOf(sampled);
    expect(md).toContain(appendix);
    expect(md).not.toContain('| GPU |');
  });
});
