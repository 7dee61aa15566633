// The source beside the rows: a link to lines lights them up and scrolls the source alone, not the page.
function light(pane, first, last) {
  pane.querySelectorAll('.hit').forEach((line) => line.classList.remove('hit'));
  const lines = [];
  for (let number = first; number <= last; number += 1) lines.push(document.getElementById(`L${number}`));
  lines.forEach((line) => line?.classList.add('hit'));
  if (!lines[0]) return;
  const above = lines[0].getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTo({ top: pane.scrollTop + above - pane.clientHeight / 4 });
}

function follow(event) {
  const link = event.target.closest('[data-lines]');
  const pane = document.querySelector('[data-source]');
  if (!link || !pane) return;
  event.preventDefault();
  const [first, last] = link.dataset.lines.split('-').map(Number);
  light(pane, first, last || first);
  document.querySelectorAll('.draft-row.hit').forEach((row) => row.classList.remove('hit'));
  link.closest('.draft-row')?.classList.add('hit');
  if (pane.getBoundingClientRect().top < 0 || pane.getBoundingClientRect().top > window.innerHeight) pane.scrollIntoView({ block: 'center' });
}

// Moving through the rows by keyboard lights the source as well.
function entered(event) {
  const row = event.target.matches?.('[data-edit]') && event.target.closest('.draft-row');
  const pane = document.querySelector('[data-source]');
  const lines = row && row.querySelector('[data-lines]');
  if (!lines || !pane) return;
  const [first, last] = lines.dataset.lines.split('-').map(Number);
  light(pane, first, last || first);
}

export function startSource(root) {
  if (root === document) {
    document.addEventListener('click', follow);
    document.addEventListener('focusin', entered);
  }
  const pane = (root.querySelector ? root : document).querySelector('[data-source]');
  const lit = pane?.querySelectorAll('.hit');
  if (lit?.length) light(pane, Number(lit[0].id.slice(1)), Number(lit[lit.length - 1].id.slice(1)));
}
