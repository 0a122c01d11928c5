// The table of runs. A row is made once, and only the cells whose words changed are written.

const atFirst = 200;
/** What somebody who watches looks for first. */
export const order = [
  'running',
  'silent',
  'failed',
  'waiting',
  'interrupted',
  'damaged',
  'foreign',
  'unreadable',
  'planned',
  'done',
];

/** Seed 2 before seed 10. */
const byNumber = new Intl.Collator('en', { numeric: true });

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** A duration in at most two units. */
export const inTime = (seconds) => {
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
    [1, 's'],
  ];
  const whole = Math.max(1, Math.round(seconds));
  const first = units.findIndex(([size]) => whole >= size);
  const [size, unit] = units[first];
  const [next, smaller] = units[first + 1] ?? [1, ''];
  const rest = Math.floor((whole % size) / next);
  return `${Math.floor(whole / size)}${unit}${smaller !== '' && rest > 0 ? ` ${rest}${smaller}` : ''}`;
};

export const inPercent = (share) => `${(100 * share).toFixed(2)} %`;

/** A run in words: its arm, its data and its seed. */
export const nameOf = ({ id, arm, task, seed }) => (arm === undefined ? id : `${arm}, ${task}, seed ${seed}`);

class Row {
  element = make('tr');
  box = make('input', { type: 'checkbox' });
  #name = make('span');
  #id = make('span', { className: 'id' });
  #reason = make('span', { className: 'soft reason' });
  #state = make('td');
  #bar = make('progress', { max: 1 });
  #doing = make('span', { className: 'soft' });
  #loss = make('td', { className: 'number loss' });
  #top1 = make('td', { className: 'number' });
  #time = make('td', { className: 'number time' });

  constructor(id) {
    this.box.value = id;
    const label = make('label', {}, this.box, make('span', {}, this.#name, this.#id, this.#reason));
    const name = make('th', { scope: 'row' }, label);
    const progress = make('td', {}, this.#bar, this.#doing);
    this.element.append(name, this.#state, progress, this.#loss, this.#top1, this.#time);
  }

  show(run) {
    this.run = run;
    this.text = [run.id, run.state, run.experiment, nameOf(run), run.host, run.reason]
      .join(' ')
      .toLowerCase();
    const { id, state, experiment, reason = '', step, steps, evaluating, loss, top1, seconds, left } = run;
    write(this.#name, nameOf(run));
    write(this.#id, [experiment, nameOf(run) === id ? undefined : id].filter(Boolean).join(' · '));
    write(this.#reason, reason);
    write(this.#state, state);
    this.#state.className = state;
    const hasStep = step !== undefined && steps !== undefined;
    this.#bar.hidden = !hasStep || state === 'done';
    if (hasStep) this.#bar.value = step / steps;
    this.#bar.ariaLabel = `Steps of ${nameOf(run)}`;
    const counted = hasStep ? `${step}/${steps}` : '';
    write(this.#doing, evaluating === undefined ? counted : `evaluating, ${Math.floor(100 * evaluating)} %`);
    write(this.#loss, loss === undefined ? '' : loss.toFixed(4));
    write(this.#top1, top1 === undefined ? '' : inPercent(top1));
    const took = seconds === undefined ? '' : inTime(seconds);
    write(this.#time, left === undefined ? took : `${took}, ${inTime(left)} left`);
  }
}

export class RunTable {
  #body;
  #more;
  #found;
  #rows = new Map();
  #most = atFirst;
  #matches = () => true;

  constructor(body, more, found, onChoice) {
    [this.#body, this.#more, this.#found] = [body, more, found];
    body.addEventListener('change', ({ target }) => onChoice(target.value, target.checked));
    more.addEventListener('click', () => {
      this.#most += atFirst;
      this.arrange();
    });
  }

  get runs() {
    return this.#sorted().map(({ run }) => run);
  }

  run(id) {
    return this.#rows.get(id)?.run;
  }

  set(run) {
    if (!this.#rows.has(run.id)) this.#rows.set(run.id, new Row(run.id));
    this.#rows.get(run.id).show(run);
  }

  remove(id) {
    this.#rows.get(id)?.element.remove();
    this.#rows.delete(id);
  }

  keepOnly(ids) {
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.remove(id);
  }

  filter(text, state) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#matches = (row) =>
      (state === '' || row.run.state === state) && words.every((word) => row.text.includes(word));
    this.#most = atFirst;
    this.arrange();
  }

  check(chosen) {
    for (const [id, { box }] of this.#rows) box.checked = chosen.includes(id);
  }

  /** Puts the rows that match in order, moving only those that are not where they belong. */
  arrange() {
    const matching = this.#sorted().filter((row) => this.#matches(row));
    const shown = matching.slice(0, this.#most);
    let place = this.#body.firstElementChild;
    for (const { element } of shown) {
      if (element === place) place = place.nextElementSibling;
      else this.#body.insertBefore(element, place);
    }
    while (place !== null) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
    const others = matching.length - shown.length;
    this.#more.hidden = others === 0;
    write(this.#more, `Show ${Math.min(others, atFirst)} more of ${matching.length}`);
    const all = this.#rows.size;
    write(
      this.#found,
      all === 0 ? 'No runs yet.' : matching.length === all ? '' : `${matching.length} of ${all} runs`,
    );
  }

  #sorted() {
    const rank = ({ run }) => order.indexOf(run.state);
    return [...this.#rows.values()].sort(
      (one, other) =>
        rank(one) - rank(other) ||
        (one.run.state === 'done' ? (other.run.at ?? '').localeCompare(one.run.at ?? '') : 0) ||
        byNumber.compare(one.run.id, other.run.id),
    );
  }
}
