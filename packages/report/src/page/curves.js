// Lets a reader leave arms out of the learning curves and smooth the losses. Without it, and on paper, all are shown as they are.
(() => {
  const views = [];
  const all = { hidden: [], smoothing: 0 };
  let chosen = all;
  const show = ({ hidden, smoothing }) => {
    for (const view of views) view.signal('hidden', hidden).signal('smoothing', smoothing).run();
  };
  const choose = (change) => {
    chosen = { ...chosen, ...change };
    show(chosen);
  };
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const sampleOf = ({ colour, dash }) => {
    const box = make('span', { className: 'sample' });
    box.innerHTML = `<svg width="28" height="8" aria-hidden="true"><line x1="0" y1="4" x2="28" y2="4" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/></svg>`;
    return box;
  };
  const armsOf = (looks) => {
    const boxes = looks.map(() => make('input', { type: 'checkbox', checked: true }));
    const read = () =>
      choose({ hidden: looks.filter((_, index) => !boxes[index].checked).map(({ arm }) => arm) });
    const set = (checked) => {
      for (const box of boxes) box.checked = checked;
      read();
    };
    const button = (text, checked) =>
      make('button', { type: 'button', textContent: text, onclick: () => set(checked) });
    const labels = looks.map((look, index) => make('label', {}, boxes[index], sampleOf(look), look.arm));
    const group = make('fieldset', { onchange: read }, make('legend', { textContent: 'Arms shown' }));
    group.append(...labels, button('All', true), button('None', false));
    return group;
  };
  const smoothingOf = (titles) => {
    const options = titles.map((title, index) => make('option', { value: index, textContent: title }));
    const select = make(
      'select',
      { onchange: () => choose({ smoothing: Number(select.value) }) },
      ...options,
    );
    return make('label', {}, 'Smoothing of the losses ', select);
  };
  document.addEventListener('drawn', ({ target, detail: view }) => {
    if (target.dataset.figure !== 'curves') return;
    views.push(view);
    const figure = target.closest('figure');
    if (figure.querySelector('.controls') === null) {
      const looks = view.signal('arms');
      const summary = make('summary', {
        textContent: looks.length > 1 ? 'Choose arms, smooth the losses' : 'Smooth the losses',
      });
      const controls = make('details', { className: 'controls' }, summary);
      if (looks.length > 1) controls.append(armsOf(looks));
      controls.append(smoothingOf(view.signal('smoothings')));
      figure.prepend(controls);
    }
    if (chosen !== all) show(chosen);
  });
  addEventListener('beforeprint', () => show(all));
  addEventListener('afterprint', () => show(chosen));
})();
