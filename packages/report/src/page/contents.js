// Marks in the contents the section that is in view, names it in the bar of a narrow page, and folds that up after a choice.
(() => {
  const headings = [...document.querySelectorAll('main h2[id]')];
  const bar = document.querySelector('.contents.bar');
  if (headings.length === 0 || bar === null) return;
  const place = bar.querySelector('summary span');
  const mark = () => {
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const current = above.at(-1);
    for (const link of document.querySelectorAll('.contents a')) {
      if (link.hash === `#${current?.id}`) link.setAttribute('aria-current', 'location');
      else link.removeAttribute('aria-current');
    }
    place.textContent = current === undefined ? '' : ` · ${current.textContent}`;
  };
  const observer = new IntersectionObserver(mark, { rootMargin: '0px 0px -66% 0px' });
  for (const heading of headings) observer.observe(heading);
  bar.addEventListener('click', ({ target }) => {
    if (target.closest('a') !== null) bar.querySelector('details').open = false;
  });
})();
