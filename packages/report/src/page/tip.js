// The one box that says what is pointed at: a mark of a figure, or a number.
/* exported showTip, hideTip, tip */
const tip = document.createElement('div');
tip.className = 'tip';
tip.id = 'tip';
tip.setAttribute('role', 'tooltip');
tip.hidden = true;
document.body.append(tip);

/** Shows `content` beside a place of the window, and within it. */
function showTip(content, { x, y, above = y }) {
  tip.replaceChildren(...content);
  tip.hidden = false;
  const { clientWidth, clientHeight } = document.documentElement;
  const isBelow = y + tip.offsetHeight + 4 < clientHeight;
  tip.style.left = `${Math.max(4, Math.min(x, clientWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${isBelow ? y : Math.max(4, above - tip.offsetHeight - 4)}px`;
}

function hideTip() {
  tip.hidden = true;
}
