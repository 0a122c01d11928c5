// Shows beside a number what it was computed from: pointed at, tapped, or reached with the keyboard.
/* global tip, showTip, hideTip */
(() => {
  const { numbers } = JSON.parse(document.getElementById('evidence').textContent);
  const origins = JSON.parse(document.getElementById('origins').textContent);
  const mostRuns = 10;
  let shown = null;
  let shownAt = 0;
  let leaving;

  const runsOf = (sample) => sample.runs ?? sample.contrast?.flatMap(({ runs }) => runs) ?? [];
  const element = (name, ...content) => {
    const made = document.createElement(name);
    made.append(...content);
    return made;
  };

  /** The number with more digits; empty where there are none. Words, such as a verdict, are numbers to the evidence alone. */
  function unrounded({ value, textContent }) {
    const digits = value === '' ? '' : String(Number(Number(value).toPrecision(8)));
    return /\d/.test(textContent) && !textContent.includes(digits.replace('-', '')) ? digits : '';
  }

  function contentOf(number) {
    const ref = number.dataset.number;
    const digits = unrounded(number);
    const runs = runsOf(numbers[ref].of);
    const items = runs.slice(0, mostRuns).map((run) => element('li', run));
    if (runs.length > mostRuns) items.push(element('li', `and ${runs.length - mostRuns} more`));
    return [
      element('strong', origins[ref]),
      ...(digits === '' ? [] : [element('div', `unrounded ${digits}`)]),
      ...(items.length === 0 ? [] : [element('ul', ...items)]),
    ];
  }

  function show(number) {
    clearTimeout(leaving);
    if (shown !== number) hide();
    shown = number;
    const { left, top, bottom } = number.getBoundingClientRect();
    shownAt = top;
    showTip(contentOf(number), { x: left, y: bottom + 4, above: top });
    number.setAttribute('aria-describedby', tip.id);
  }

  function hide() {
    clearTimeout(leaving);
    if (shown === null) return;
    shown.removeAttribute('aria-describedby');
    shown = null;
    hideTip();
  }

  // A table or paragraph is one stop of the Tab key; arrows lead from number to number.
  const groups = new Map();
  for (const number of document.querySelectorAll('data[data-number]')) {
    const group = number.closest('table, p, figure, section') ?? document.body;
    groups.set(group, [...(groups.get(group) ?? []), number]);
    number.setAttribute('role', 'button');
    number.tabIndex = groups.get(group).length === 1 ? 0 : -1;
  }
  const groupOf = (number) => [...groups.values()].find((members) => members.includes(number));

  /** The first number of the cell above or below. */
  function inNextRow(number, step) {
    const cell = number.closest('td, th');
    const rows = [...(cell?.closest('table').rows ?? [])];
    for (let at = rows.indexOf(cell?.parentElement) + step; rows[at] !== undefined; at += step) {
      const found = rows[at].cells[cell.cellIndex]?.querySelector('data[data-number]');
      if (found) return found;
    }
  }

  function inDirection(number, key) {
    const members = groupOf(number);
    const at = members.indexOf(number);
    if (key === 'ArrowRight') return members[at + 1];
    if (key === 'ArrowLeft') return members[at - 1];
    if (key === 'ArrowDown') return inNextRow(number, 1);
    if (key === 'ArrowUp') return inNextRow(number, -1);
  }

  const numberAt = ({ target }) => target.closest?.('data[data-number]') ?? null;
  const isPointer = ({ pointerType }) => pointerType !== 'touch';

  document.addEventListener('pointerover', (event) => {
    if (!isPointer(event)) return;
    const number = numberAt(event);
    if (number !== null) show(number);
    else if (event.target === tip || tip.contains(event.target)) clearTimeout(leaving);
  });
  document.addEventListener('pointerout', (event) => {
    // Time enough to reach the box, to read or copy what it says.
    if (isPointer(event) && shown !== document.activeElement) leaving = setTimeout(hide, 200);
  });
  document.addEventListener('click', (event) => {
    const number = numberAt(event);
    if (number === null) return tip.contains(event.target) ? undefined : hide();
    number.focus();
    show(number);
  });
  document.addEventListener('focusin', (event) => {
    const number = numberAt(event);
    if (number === null) return hide();
    for (const member of groupOf(number)) member.tabIndex = member === number ? 0 : -1;
    show(number);
  });
  document.addEventListener('focusout', hide);
  // The box would stay where the number no longer is.
  const hideIfMoved = () => {
    if (shown !== null && shown.getBoundingClientRect().top !== shownAt) hide();
  };
  addEventListener('scroll', hideIfMoved, { capture: true, passive: true });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return hide();
    const number = numberAt(event);
    const next = number && inDirection(number, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  for (const hint of document.querySelectorAll('.hint')) hint.hidden = false;
})();
