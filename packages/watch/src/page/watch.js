// Watches a run store: asks the server for what changed, and shows it. Asks nothing while nobody looks.
import { Chart, sampleOf } from './chart.js';
import { inPercent, inTime, nameOf, order, RunTable } from './runTable.js';

const everyMs = 2000;
/** As many as there are looks of a curve in watch.css. */
const mostChosen = 6;
const byItself = 3;

const at = (id) => document.getElementById(id);
const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** The chosen runs by id; undefined while the page chooses by itself. */
let chosen;
let version = '';
/** The look and the points of each run that is drawn. */
const curves = new Map();

const table = new RunTable(at('rows'), at('more'), at('found'), (id, isChosen) => {
  chosen = [...curves.keys()].filter((one) => one !== id);
  if (isChosen) chosen = [...chosen, id].slice(-mostChosen);
  void showChosen();
});

const count = (step) => step.toLocaleString('en');
const minutes = (count) => `${+count.toPrecision(3)} min`;
const gibibytes = (count) => `${+count.toPrecision(3)} GiB`;
const charts = {
  losses: new Chart(at('charts'), 'Loss of the training batches by step', count, (loss) =>
    String(+loss.toPrecision(3)),
  ),
  top1: new Chart(
    at('charts'),
    'Top-1 accuracy on the test images by step',
    count,
    (share) => `${+(100 * share).toPrecision(3)} %`,
  ),
  gpuLoad: new Chart(
    at('charts'),
    'Load of the GPU by time',
    minutes,
    (percent) => `${Math.round(percent)} %`,
  ),
  gpuMemory: new Chart(at('charts'), 'Memory of the GPU in use by time', minutes, gibibytes),
  memory: new Chart(at('charts'), 'Memory of the worker by time', minutes, gibibytes),
  cores: new Chart(at('charts'), 'Processor cores kept busy by time', minutes, (cores) =>
    String(+cores.toFixed(2)),
  ),
};

async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function update() {
  const { version: now, isAll, rows, removed, totals, store, problem } = await ask(`state?since=${version}`);
  version = now;
  write(at('store'), store);
  if (isAll) table.keepOnly(new Set(rows.map(({ id }) => id)));
  for (const id of removed) table.remove(id);
  for (const run of rows) table.set(run);
  if (isAll || rows.length > 0 || removed.length > 0) table.arrange();
  showTotals(totals);
  complain(problem);
  await showChosen();
}

function showTotals({ runs, counts, left }) {
  const words = order.flatMap((state) => (counts[state] === undefined ? [] : [`${counts[state]} ${state}`]));
  write(
    at('totals'),
    `${runs} runs: ${words.join(', ')}${left === undefined ? '' : `; about ${inTime(left)} left`}`,
  );
  document.title = `${counts.done ?? 0}/${runs} runs`;
  at('all').value = runs === 0 ? 0 : (counts.done ?? 0) / runs;
  const known = new Set([...at('state').options].map(({ value }) => value));
  for (const state of Object.keys(counts)) if (!known.has(state)) at('state').add(new Option(state));
}

function complain(problem) {
  at('problem').hidden = problem === undefined;
  if (problem !== undefined) write(at('problem'), problem);
}

const chosenNow = () =>
  (
    chosen ??
    table.runs
      .filter(({ step }) => step !== undefined)
      .slice(0, byItself)
      .map(({ id }) => id)
  ).filter(table.run.bind(table));

async function showChosen() {
  const ids = chosenNow();
  for (const id of curves.keys()) if (!ids.includes(id)) curves.delete(id);
  for (const id of ids) {
    if (curves.has(id)) continue;
    const used = new Set([...curves.values()].map(({ look }) => look));
    const look = Array.from({ length: mostChosen }, (_, index) => index).find((index) => !used.has(index));
    curves.set(id, { look, have: '', ...Object.fromEntries(Object.keys(charts).map((kind) => [kind, []])) });
  }
  table.check(ids);
  at('none').disabled = chosen === undefined;
  await Promise.all([...curves].map(([id, curve]) => extend(id, curve)));
  showLegend();
  for (const [kind, chart] of Object.entries(charts)) {
    chart.show(
      [...curves].map(([id, { look, [kind]: points }]) => ({ name: nameOf(table.run(id)), look, points })),
    );
  }
}

async function extend(id, curve) {
  const part = await ask(`curve?run=${encodeURIComponent(id)}&have=${curve.have}`).catch(() => undefined);
  if (part === undefined) return;
  for (const kind of Object.keys(charts)) {
    curve[kind] = part.isAll ? part[kind] : [...curve[kind], ...part[kind]];
  }
  curve.have = part.have;
}

function showLegend() {
  const legend = at('legend');
  const items = [...curves].map(([id, { look, losses, top1 }]) => {
    const loss = losses.at(-1)?.[1];
    const score = top1.at(-1)?.[1];
    return {
      look,
      words: [
        nameOf(table.run(id)),
        ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
        ...(score === undefined ? [] : [`top-1 ${inPercent(score)}`]),
      ].join(' · '),
    };
  });
  const mark = JSON.stringify(items);
  if (legend.dataset.shown === mark) return;
  legend.dataset.shown = mark;
  legend.replaceChildren(
    ...items.map(({ look, words }) => {
      const item = document.createElement('li');
      item.append(sampleOf(look), words);
      return item;
    }),
  );
}

const filter = () => table.filter(at('text').value, at('state').value);
at('filter').addEventListener('input', filter);
at('filter').addEventListener('submit', (event) => event.preventDefault());
at('none').addEventListener('click', () => {
  chosen = undefined;
  void showChosen();
});

/** One timer at a time, also when a laptop wakes up or the page is shown again. */
let timer;
async function tick() {
  clearTimeout(timer);
  if (document.hidden) return;
  await update().catch(({ message }) =>
    complain(`harness watch does not answer: ${message}. The numbers below are old.`),
  );
  clearTimeout(timer);
  timer = setTimeout(tick, everyMs);
}
document.addEventListener('visibilitychange', tick);
void tick();
