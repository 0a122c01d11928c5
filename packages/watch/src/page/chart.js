// A line chart of a few curves. Only what changed is drawn anew.

const [width, height] = [480, 208];
const [left, right, top, bottom] = [48, 10, 10, 24];
const plot = { width: width - left - right, height: height - top - bottom };

const svg = (name, attributes = {}, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/** The sample of a line in the legend. */
export const sampleOf = (look) =>
  svg(
    'svg',
    { width: 28, height: 8, 'aria-hidden': true },
    svg('line', { x1: 0, y1: 4, x2: 28, y2: 4, class: `curve run-${look}` }),
  );

/** Round numbers that cover a range. */
const ticksOf = (low, high, count) => {
  const rough = (high - low) / count || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
};

/** The least and the greatest of each column of pixels: what a reader can see of a long curve. */
const thinned = (points) => {
  if (points.length <= 2 * plot.width) return points;
  const size = (2 * points.length) / plot.width;
  const kept = [];
  for (let start = 0; start < points.length; start += size) {
    const part = points.slice(Math.floor(start), Math.floor(start + size));
    if (part.length === 0) continue;
    const by = part.toSorted(([, one], [, other]) => one - other);
    kept.push(...[by[0], by.at(-1)].sort(([one], [other]) => one - other));
  }
  return kept;
};

export class Chart {
  #title;
  #x;
  #y;
  #shown = '';
  #axes = svg('g');
  #curves = svg('g');
  #drawing = svg('svg', { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img' });

  /** `x` and `y` write a number of their axis. */
  constructor(parent, title, x, y) {
    [this.#title, this.#x, this.#y] = [title, x, y];
    const caption = document.createElement('figcaption');
    caption.textContent = title;
    this.#drawing.append(this.#axes, this.#curves);
    this.figure = document.createElement('figure');
    this.figure.append(caption, this.#drawing);
    parent.append(this.figure);
  }

  /** Draws the curves: each with a name, the number of its look, and its points. */
  show(curves) {
    const some = curves.filter(({ points }) => points.length > 0);
    const mark = JSON.stringify(
      some.map(({ name, look, points }) => [name, look, points.length, points.at(-1)]),
    );
    if (mark === this.#shown) return;
    this.#shown = mark;
    this.figure.hidden = some.length === 0;
    if (some.length === 0) return;
    const finite = some.map((curve) => ({
      ...curve,
      points: curve.points.filter(([, y]) => Number.isFinite(y)),
    }));
    const all = finite.flatMap(({ points }) => points);
    const range = (index) => {
      let [low, high] = [Infinity, -Infinity];
      for (const point of all) {
        low = Math.min(low, point[index]);
        high = Math.max(high, point[index]);
      }
      return low <= high ? [low, high] : [0, 1];
    };
    const xs = ticksOf(0, range(0)[1], 5);
    const [low, high] = range(1);
    const ys = ticksOf(Math.min(0, low), high, 4);
    const across = (x) => left + ((x - xs[0]) / (xs.at(-1) - xs[0])) * plot.width;
    const up = (y) => top + plot.height - ((y - ys[0]) / (ys.at(-1) - ys[0])) * plot.height;
    this.#axes.replaceChildren(
      ...ys.flatMap((y) => [
        svg('line', { class: 'grid', x1: left, x2: width - right, y1: up(y), y2: up(y) }),
        svg('text', { x: left - 6, y: up(y) + 4, 'text-anchor': 'end' }, this.#y(y)),
      ]),
      ...xs.map((x, index) => {
        // The last would be cut off at the edge.
        const [place, anchor] = index === xs.length - 1 ? [width - 2, 'end'] : [across(x), 'middle'];
        return svg('text', { x: place, y: height - 6, 'text-anchor': anchor }, this.#x(x));
      }),
    );
    this.#curves.replaceChildren(
      ...finite.map(({ look, points }) => {
        const seen = thinned(points).map(([x, y]) => [across(x), up(y)]);
        if (seen.length === 1) seen.unshift([seen[0][0] - 4, seen[0][1]]);
        const places = seen.map((place) => place.map((one) => one.toFixed(1)).join(','));
        return svg('polyline', {
          class: `curve run-${look}`,
          points: places.join(' '),
        });
      }),
    );
    const lasts = finite.flatMap(({ name, points }) =>
      points.length === 0 ? [] : [`${name}: ${this.#y(points.at(-1)[1])} at ${this.#x(points.at(-1)[0])}`],
    );
    this.#drawing.setAttribute('aria-label', `${this.#title}. Last of ${lasts.join('; ')}`);
  }
}
