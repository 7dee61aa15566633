// The source beside the rows: what is touched of a row lights up where it was read, and scrolls the source alone, not the page.
function light(pane, first, last) {
  pane.querySelectorAll('.hit').forEach((line) => line.classList.remove('hit'));
  const lines = [];
  for (let number = first; number <= last; number += 1) lines.push(document.getElementById(`L${number}`));
  lines.forEach((line) => line?.classList.add('hit'));
  if (!lines[0]) return;
  const above = lines[0].getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTo({ top: pane.scrollTop + above - pane.clientHeight / 4 });
}

// Where a character of a line stands: a bar between cells is one, as the tab was.
function spot(line, at) {
  const walker = document.createTreeWalker(line.querySelector('span'), NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let left = at;
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (left <= node.length) return [node, left];
      left -= node.length;
      last = node;
    } else if (node.matches('.bar')) left -= 1;
  }
  return last && [last, last.length];
}

// The very characters a value was read from, marked without touching the source.
function mark(places) {
  const ranges = places.split(' ').flatMap((place) => {
    const ends = place.split('-').map((end) => end.split('.').map(Number));
    const spots = ends.map(([number, at]) => { const line = document.getElementById(`L${number}`); return line && spot(line, at); });
    if (!spots.every(Boolean)) return [];
    const range = document.createRange();
    range.setStart(...spots[0]);
    range.setEnd(...spots[1]);
    return [range];
  });
  if (window.Highlight) CSS.highlights.set('read', new Highlight(...ranges));
  return places.split(' ').map((place) => place.match(/\d+/g).map(Number)).map(([first, , last]) => [first, last]);
}

// The page of a scan or a PDF beside its words: asked for when another value is touched, scrolled to what is marked on it.
function turn(places) {
  const page = document.querySelector('[data-picture]');
  if (!page || page.dataset.at === places) return;
  page.dataset.at = places;
  window.htmx?.ajax('GET', `${page.dataset.picture}?at=${encodeURIComponent(places)}`, { target: page });
}

function centre(root) {
  const spot = root.querySelector?.('.page-shown rect');
  const pane = spot?.closest('.page-scroll');
  if (!pane) return;
  const to = () => {
    const [own, all] = [spot.getBoundingClientRect(), pane.getBoundingClientRect()];
    pane.scrollTo(pane.scrollLeft + own.left - all.left - 12, pane.scrollTop + own.top - all.top - pane.clientHeight / 3);
  };
  const picture = pane.querySelector('img');
  if (picture.complete) to();
  else picture.addEventListener('load', to, { once: true });
}

// Whatever of a row is touched lights up where it was read.
function touched(event) {
  const cell = event.target.closest?.('.draft-row [data-at]');
  const pane = document.querySelector('[data-source]');
  if (!cell || !pane) return;
  turn(cell.dataset.at);
  const lines = mark(cell.dataset.at).flat();
  light(pane, Math.min(...lines), Math.max(...lines));
}

function cancelled(event) {
  if (event.key === 'Escape') event.target.closest?.('[data-editing]')?.querySelector('[data-cancel]').click();
}

function follow(event) {
  const link = event.target.closest('[data-lines]');
  const pane = document.querySelector('[data-source]');
  if (!link || !pane) return;
  event.preventDefault();
  const [first, last] = link.dataset.lines.split('-').map(Number);
  turn(`${first}.0-${last || first}.9999`);
  light(pane, first, last || first);
  document.querySelectorAll('.draft-row.hit').forEach((row) => row.classList.remove('hit'));
  link.closest('.draft-row')?.classList.add('hit');
  if (pane.getBoundingClientRect().top < 0 || pane.getBoundingClientRect().top > window.innerHeight) pane.scrollIntoView({ block: 'center' });
}

export function startSource(root) {
  if (root === document) {
    document.addEventListener('click', follow);
    document.addEventListener('focusin', touched);
    document.addEventListener('click', touched);
    document.addEventListener('keydown', cancelled);
  }
  centre(root.closest?.('[data-picture]') || root);
  const pane = (root.querySelector ? root : document).querySelector('[data-source]');
  const lit = pane?.querySelectorAll('.hit');
  if (lit?.length) light(pane, Number(lit[0].id.slice(1)), Number(lit[lit.length - 1].id.slice(1)));
}
