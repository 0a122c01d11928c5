// Redraws the figures of the page with Vega, so that pointing at a mark names its run. Without it they stay as they are.
/* global vega, showTip, hideTip */
(() => {
  const show = (_, event, item, value) => {
    if (value == null || value === '') return hideTip();
    const text = typeof value === 'object' ? Object.values(value).join(', ') : String(value);
    showTip([text], { x: event.clientX + 12, y: event.clientY + 14 });
  };
  const specs = JSON.parse(document.getElementById('figures').textContent);
  const drawn = new Set();
  const draw = () => {
    for (const chart of document.querySelectorAll('.chart')) {
      if (chart.offsetParent === null || drawn.has(chart)) continue;
      drawn.add(chart);
      const stage = document.createElement('div');
      const view = new vega.View(vega.parse(specs[chart.dataset.figure][chart.dataset.layout]), {
        renderer: 'svg',
        container: stage,
        tooltip: show,
        hover: false,
      });
      view.runAsync().then(() => {
        // The chart is described as a whole; without texts of their own its parts would only be noise to a screen reader.
        for (const part of stage.querySelectorAll('[role]')) {
          part.removeAttribute('role');
          part.removeAttribute('aria-roledescription');
        }
        chart.replaceChildren(stage);
        chart.dispatchEvent(new CustomEvent('drawn', { detail: view, bubbles: true }));
      });
    }
  };
  draw();
  addEventListener('resize', draw);
  addEventListener('toggle', draw, true);
})();
