// Sorts a table by the column whose title is pressed: upwards, downwards, and as it was.
(() => {
  const orders = { none: 'ascending', ascending: 'descending', descending: 'none' };
  const compareTexts = new Intl.Collator('en', { numeric: true }).compare;

  /** What a cell is sorted by: its first number, or its text; nothing where it is empty. */
  function keyOf(cell) {
    const text = cell.textContent.trim();
    const number = cell.querySelector('data[data-number]');
    if (number !== null) return number.value === '' ? undefined : Number(number.value);
    if (text === '' || text === '–') return undefined;
    const value = Number(text);
    return Number.isNaN(value) ? text : value;
  }

  function compare(one, other) {
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    return compareTexts(String(one), String(other));
  }

  function sort(table, column, order) {
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains('group'));
      rows.forEach((row, place) => (row.dataset.place ??= place));
      const keyed = rows.map((row) => ({
        row,
        place: Number(row.dataset.place),
        key: keyOf(row.cells[column]),
      }));
      const sign = order === 'descending' ? -1 : 1;
      keyed.sort((one, other) => {
        if (order === 'none') return one.place - other.place;
        // What is not known stays last.
        if (one.key === undefined || other.key === undefined)
          return Number(one.key === undefined) - Number(other.key === undefined) || one.place - other.place;
        return sign * compare(one.key, other.key) || one.place - other.place;
      });
      body.append(...keyed.map(({ row }) => row));
    }
  }

  for (const table of document.querySelectorAll('table[data-sortable]')) {
    if ([...table.tBodies].every(({ rows }) => rows.length < 3)) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const order = orders[head.getAttribute('aria-sort') ?? 'none'];
        for (const other of heads) other.removeAttribute('aria-sort');
        if (order !== 'none') head.setAttribute('aria-sort', order);
        sort(table, column, order);
      });
    });
  }
})();
