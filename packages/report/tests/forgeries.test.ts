import type { FewShotSubset } from '@bit-repro/data';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runId, runKey } from '@bit-repro/runs';
import { lossesDigest } from '@bit-repro/trainer';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reportFiles } from '../src/reportFiles.ts';
import { type StoredReport, storeReport } from '../testing/storedReport.ts';
import { Forger, type Run } from './forger.ts';

let genuine: StoredReport;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-genuine-'));
  genuine = await storeReport(folder);
  return () => rm(folder, { recursive: true });
});

async function verdictOn(forge: (forger: Forger) => Promise<void>): Promise<string> {
  const forger = await Forger.of(genuine);
  onTestFinished(() => forger.forget());
  await forge(forger);
  return forger.verdict();
}

const drawn = ({ subset }: Run['result']): FewShotSubset => {
  if ('all' in subset) throw new Error('Expected a few images of each class');
  return subset;
};

/** The result with other final scores. */
const rescored = ({ result }: Run, change: Partial<Run['result']['final']>): Run['result'] => {
  const final = { ...result.final, ...change };
  return { ...result, final, evaluations: [...result.evaluations.slice(0, -1), final] };
};

/** The events with those of one kind changed. */
const events = ({ events = [] }: Run, change: (event: object) => object): Run['events'] =>
  events.map((event) => change(event) as typeof event);

const cheatSteps = async (forger: Forger, kept: number): Promise<void> => {
  await forger.alterRun(0, ({ result, events = [] }) => {
    const left = events.filter((event) => event.kind !== 'step' || event.step <= kept);
    const losses = left.flatMap((event) => (event.kind === 'step' ? [event.loss] : []));
    return { events: left, result: { ...result, lossesSha256: lossesDigest(Float64Array.from(losses)) } };
  });
  await forger.remake();
};

describe('a report made again from its genuine runs', () => {
  it('is verified, so that nothing below fails for another reason', async () => {
    expect(await verdictOn((forger) => forger.remake())).toBe('verified');
    const resealed = async (forger: Forger): Promise<void> => {
      await forger.alterRun(0, () => ({}));
      await forger.remake();
    };
    expect(await verdictOn(resealed)).toBe('verified');
  });
});

describe('a forged page', () => {
  it.each<[string, (forger: Forger) => Promise<void>, RegExp]>([
    [
      'with a number whose text was changed, but not its value',
      (forger) => forger.edit((html) => html.replace('>54.07</data>', '>56.07</data>')),
      /^refused: Expected the page to show 54\.07 as number \d+, found "56\.07"/,
    ],
    [
      'with another number, also in its evidence',
      async (forger) => {
        await forger.edit((html) => html.replaceAll('54.07', '56.07'));
        await forger.claimOtherCode();
      },
      /^refused: Expected number \d+, .* to be 56\.07, found 54\.07/,
    ],
    [
      'with other words',
      (forger) => forger.edit((html) => html.replace('What was run', 'What we ran')),
      /^refused: Expected .*What was run.* in .*report\.html, line \d+, found .*What we ran/,
    ],
    [
      'with other words, said to be made by other code',
      async (forger) => {
        await forger.edit((html) => html.replace('What was run', 'Proof'));
        await forger.claimOtherCode();
      },
      /^partly verified, not compared: the words, the figures and the other files/,
    ],
    [
      'with another accuracy of a class, also in its evidence',
      async (forger) => {
        const [, value] =
          /"of":\{"runs":\[[^\]]*\],"label":0,"predicted":0\},"format":"measured","value":([\d.]+)/.exec(
            await forger.text(),
          )!;
        await forger.edit((html) =>
          html
            .replaceAll(`"value":${value!}}`, '"value":99.5}')
            .replaceAll(`value="${value!}"`, 'value="99.5"'),
        );
        await forger.claimOtherCode();
      },
      /^refused: Expected number \d+, mean of .* to be 99\.5, found /,
    ],
    [
      'with a number that only a hidden element shows',
      (forger) =>
        forger.edit((html) =>
          html.replace(/<data([^>]*)>54\.07<\/data>/, '99.99<data hidden$1>54.07</data>'),
        ),
      /^refused: Expected .* in .*report\.html, line \d+, found .*99\.99/,
    ],
    [
      'with a number that only a hidden element shows, said to be made by other code',
      async (forger) => {
        await forger.edit((html) =>
          html.replace(/<data([^>]*)>54\.07<\/data>/, '99.99<data hidden$1>54.07</data>'),
        );
        await forger.claimOtherCode();
      },
      /^partly verified, not compared: the words/,
    ],
    [
      'with a number that is not in its evidence',
      (forger) =>
        forger.edit((html) =>
          html.replace('</body>', '<data data-number="9999" value="99">99.00</data></body>'),
        ),
      /^refused: Expected the page to show no such number as number 9999, found "99\.00"/,
    ],
    [
      'with a script that changes a number when it is opened',
      (forger) => forger.edit((html) => html.replace('</body>', '<script>forge()</script></body>')),
      /^refused: Expected .* in .*report\.html, line \d+, found .*forge\(\)/,
    ],
    [
      'without one of its runs in the evidence',
      (forger) => {
        const entry = new RegExp(`\\{"id":"${forger.id(1)}","files":\\{[^}]*\\}\\},?`);
        return forger.edit((html) => html.replace(entry, ''));
      },
      /^refused: Expected the run bit-m-r50x3-1shot-seed1-[0-9a-f]+, found none/,
    ],
    [
      'that compares with other published numbers',
      (forger) =>
        forger.edit((html) => html.replace(/("target":\{"name":"figure6","sha256":")[0-9a-f]{4}/, '$10000')),
      /^refused: Expected the published numbers of configs\/targets\/figure6\.yaml/,
    ],
    [
      'with another margin for the verdict',
      (forger) => forger.edit((html) => html.replace(/("shots":5,"points":)[0-9.]+/, '$19.9')),
      /^refused: Expected number \d+, .* found /,
    ],
    [
      'with another figure',
      (forger) => forger.edit((svg) => svg.replace('translate(', 'translate( '), reportFiles.figure.svg),
      /^refused: Expected .*figure\.svg, line \d+/,
    ],
    [
      'with another picture of the figure',
      (forger) => forger.edit((png) => `${png}x`, reportFiles.figure.png),
      /^refused: Expected .*figure\.png as the runs give it, found another at byte \d+/,
    ],
    [
      'with another picture of the figure, said to be drawn elsewhere',
      async (forger) => {
        await forger.edit((png) => `${png}x`, reportFiles.figure.png);
        await forger.edit((html) => html.replace(/("platform":")[^"]*/, '$1plan9-mips'));
      },
      /^partly verified, not compared: the PNG files \(plan9-mips drew them/,
    ],
    [
      'that calls other weights by the published name',
      (forger) => forger.edit((html) => html.replace('"kind":"published"', '"kind":"embedded"')),
      /^refused: Expected the report to call a network of architecture R50x3 and embedded weights by its name/,
    ],
    [
      'beside a figure that its runs do not give',
      (forger) => forger.place(reportFiles.differences.png, 'a made-up figure'),
      /^refused: Expected no differences\.png in .*fig6, because the runs give none/,
    ],
    [
      'with other data',
      (forger) => forger.edit((json) => json.replace('"top1": 48.2', '"top1": 49.2'), reportFiles.data),
      /^refused: Expected .*data\.json, line \d+/,
    ],
  ])('%s is not verified, and the place is named', async (_, forge, expected) => {
    expect(await verdictOn(forge)).toMatch(expected);
  });
});

describe('a report of forged runs, which were sealed again', () => {
  const altered = (change: (run: Run) => Partial<Run>) => async (forger: Forger) => {
    await forger.alterRun(0, change);
    await forger.remake();
  };
  const first = 'bit-m-r50x3-1shot-seed0-[0-9a-f]+';

  it.each<[string, (forger: Forger) => Promise<void>, string]>([
    [
      'has files that the report was not made from',
      (forger) =>
        forger.alterRun(0, ({ provenance }) => ({
          provenance: { ...provenance, git: { sha: 'd'.repeat(40), dirty: false, untracked: [] } },
        })),
      `refused: Expected provenance\\.json of the run ${first} with SHA-256 `,
    ],
    [
      'has a score that its events contradict',
      altered((run) => ({ result: rescored(run, { top1: 0.99, top5: 0.99 }) })),
      `refused: Expected the run ${first} as .* events\\.jsonl was altered: its evaluations differ`,
    ],
    [
      'has losses under the hash of others',
      altered((run) => ({
        events: events(run, (event) => ('learningRate' in event ? { ...event, loss: 0.5 } : event)),
      })),
      `refused: Expected the run ${first} as .* events\\.jsonl was altered: its losses differ`,
    ],
    [
      'has a subset that its seed does not draw',
      altered(({ result }) => ({
        result: {
          ...result,
          subset: { ...drawn(result), indices: drawn(result).indices.map((index) => (index + 10) % 1000) },
        },
      })),
      `refused: The run ${first} contradicts itself: its subset is not the one that seed 0 draws`,
    ],
    [
      'has predictions that its score contradicts',
      async (forger) => {
        await forger.alterPredictions(0, (all) => ({ ...all, predicted: all.labels }));
        await forger.remake();
      },
      `refused: The run ${first} contradicts itself: its predictions are right 10000 times, its top-1 score says 4820`,
    ],
    [
      'has predictions of other images',
      async (forger) => {
        await forger.alterPredictions(0, ({ labels, predicted, confidence }) => ({
          labels: labels.toReversed(),
          predicted: predicted.toReversed(),
          confidence,
        }));
        await forger.remake();
      },
      `refused: The run ${first} contradicts itself: its predictions call test image 0 of class 9, which is of class 0`,
    ],
    [
      'has the result of another seed',
      async (forger) => {
        const { result, events } = await forger.read(1);
        await forger.alterRun(0, ({ result: { key, predictionsSha256 } }) => ({
          result: { ...result, key, predictionsSha256: predictionsSha256! },
          events,
        }));
        await forger.remake();
      },
      `refused: The run ${first} contradicts itself: its subset is not the one that seed 0 draws`,
    ],
    [
      'has the key of another run in its result',
      (forger) => forger.alterRun(0, ({ result }) => ({ result: { ...result, key: 'a'.repeat(64) } })),
      `refused: Expected the run ${first} as .* its result belongs to another run`,
    ],
    [
      'was scored on some of the test images',
      altered((run) => ({
        result: rescored(run, { samples: 100, top1: 0.99, top5: 0.99 }),
        events: events(run, (event) =>
          'samples' in event ? { ...event, samples: 100, top1: 0.99, top5: 0.99 } : event,
        ),
      })),
      `refused: The run ${first} contradicts itself: its evaluation after step 500 is of 100 test images, not of 10000`,
    ],
    [
      'has events of a shorter training',
      (forger) => cheatSteps(forger, 499),
      `refused: The run ${first} contradicts itself: its events lack step 500 of 500`,
    ],
    [
      'ended before its schedule',
      altered((run) => ({
        result: rescored(run, { step: 400 }),
        events: events(run, (event) => ('samples' in event ? { ...event, step: 400 } : event)),
      })),
      `refused: The run ${first} contradicts itself: it was evaluated after step 400; its schedule asks for 500`,
    ],
    [
      'has no events any more',
      altered(() => ({ events: undefined })),
      `^partly verified, not compared: the results of 1 run with the events .*events\\.jsonl is missing, first in ${first}`,
    ],
    [
      'is there twice, under another name',
      async (forger) => {
        const twin = 'bit-m-r50x3-1shot-seed1-000000000000';
        await forger.alterRun(0, () => ({}), { id: twin });
        await forger.remake([forger.id(0), twin]);
      },
      'refused: Expected the run bit-m-r50x3-1shot-seed1-000000000000 to be one .* a second run of the same settings',
    ],
    [
      'stands in for the run of another seed, under its name',
      async (forger) => {
        const twin = 'bit-m-r50x3-1shot-seed1-000000000000';
        await forger.alterRun(0, () => ({}), { id: twin });
        await forger.remake([twin]);
      },
      `refused: The run bit-m-r50x3-1shot-seed1-000000000000 contradicts itself: its specification is that of ${first}`,
    ],
    [
      'was trained by another recipe',
      async (forger) => {
        const { spec, result } = await forger.read(0);
        const other = { ...spec, fineTune: { ...spec.fineTune, baseLr: 0.1 } };
        const key = runKey(other);
        await forger.alterRun(0, () => ({ spec: other, result: { ...result, key } }), { id: runId(other) });
        await forger.remake([runId(other)]);
      },
      'refused: Expected the run bit-m-r50x3-1shot-seed0-[0-9a-f]+ to be one .* other settings than any of them',
    ],
  ])('that %s is not verified, and the run is named', async (_, forge, expected) => {
    expect(await verdictOn(forge)).toMatch(new RegExp(expected));
  });
});
