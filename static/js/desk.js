// The desk: rows are ticked and looked at, the picked task is decided beside the list, by hand or by key.
const wide = window.matchMedia('(min-width: 992px)');
const TOAST = 10000; // how long a step may be taken back
const PAUSE = 150; // a key held down looks at the last row alone
const desk = () => document.querySelector('[data-desk]');
const boxes = () => Array.from(document.querySelectorAll('.line input[type=checkbox]'));
const pane = () => document.getElementById('pane');
const ticked = new Set();
let waiting = 0;

// The row of the task that the pane shows.
export const here = () => document.getElementById(`line-${pane()?.dataset.pane}`);

function mark() {
  const shown = here();
  document.querySelectorAll('.line').forEach((line) => line.classList.toggle('picked', line === shown));
  shown?.classList.remove('unread');
  shown?.scrollIntoView({ block: 'nearest' });
}

export function look(link) {
  clearTimeout(waiting);
  waiting = setTimeout(() => link.isConnected && link.click(), PAUSE);
}

function count() {
  const form = document.getElementById('batch');
  if (!form) return;
  boxes().forEach((box) => (box.checked ? ticked.add(box.name) : ticked.delete(box.name)));
  const number = boxes().filter((box) => box.checked).length;
  form.querySelector('[data-picked]').textContent = number ? `已选 ${number} 件` : '';
  form.querySelectorAll('[data-needs-picked]').forEach((button) => { button.disabled = !number; });
  const all = form.querySelector('[data-all]');
  all.hidden = !boxes().length;
  all.lastChild.textContent = number && number === boxes().length ? '全不选' : '全选';
}

function tickAll() {
  const all = boxes().every((box) => box.checked);
  boxes().forEach((box) => { box.checked = !all; });
  count();
}

// A return is asked for in place: its button waits until there is a reason.
function returning(button) {
  const form = button.form;
  const words = form.querySelector('[data-opinion]');
  if (form.dataset.returning === button.formAction) return false;
  if (!desk() && words.value.trim()) return false; // on its own page a dialog asks before what is ready to go
  button.dataset.question = button.dataset.confirm || '';
  button.removeAttribute('data-confirm');
  form.dataset.returning = button.formAction;
  const presses = () => Array.from(form.elements).filter((other) => other.matches('[type=submit], [data-next]')); // not those of other forms inside
  presses().forEach((other) => { other.hidden = other !== button; });
  const stop = document.createElement('button');
  Object.assign(stop, { type: 'button', className: 'btn btn-outline-secondary', textContent: '不退回了' });
  stop.addEventListener('click', () => {
    delete form.dataset.returning;
    stop.remove();
    button.lastChild.textContent = button.dataset.label;
    if (button.dataset.question) button.dataset.confirm = button.dataset.question;
    presses().forEach((other) => { other.hidden = false; other.disabled = false; });
    words.placeholder = words.dataset.hint;
  });
  button.dataset.label = button.lastChild.textContent;
  button.lastChild.textContent = `确定${button.dataset.label}`;
  button.after(stop);
  words.dataset.hint = words.placeholder;
  words.placeholder = '请写明退回理由（必填）';
  words.focus();
  reasons(form);
  return true;
}

// Which buttons still wait for words.
function reasons(form) {
  if (form.dataset.returning) {
    form.querySelectorAll('[data-return]').forEach((button) => { button.disabled = !form.querySelector('[data-opinion]').value.trim(); });
  }
  if (form.hasAttribute('data-reasons')) {
    const common = form.querySelector('[data-common]').value.trim();
    const own = Array.from(form.querySelectorAll('[data-own]'));
    const button = form.querySelector('[data-decide]');
    if (button) button.disabled = !common && own.some((box) => !box.value.trim());
  }
}

function open() {
  if (wide.matches || document.body.classList.contains('pane-open')) return;
  document.body.classList.add('pane-open');
  window.history.pushState({ pane: true }, '');
}

function close() {
  if (document.body.classList.contains('pane-open')) window.history.back();
  else if (here()) look(here().querySelector('a'));
  else first();
}

function first() {
  const link = document.querySelector('.line a');
  if (link && wide.matches) link.click();
}

function next(by = 1) {
  const lines = Array.from(document.querySelectorAll('.line'));
  const line = lines[lines.indexOf(here()) + by];
  line?.querySelector('a').click();
}

export function deskKey(key) {
  const line = document.activeElement?.closest('.line') || here();
  const button = { a: '[data-forward]', r: '[data-return]' }[key];
  const found = key === 'x' ? line?.querySelector('input') : pane()?.querySelector(button || '[data-opinion], #report-text');
  if (!found) return false;
  if (key === 'e') found.focus();
  else found.click();
  return true;
}

function pressed(event) {
  const button = event.target.closest?.('[data-return], [data-pane-close], [data-next], [data-all]');
  if (!button) return;
  if (button.matches('[data-next]')) next();
  else if (button.matches('[data-all]')) tickAll();
  else if (button.matches('[data-return]') && !returning(button)) return;
  else if (button.matches('[data-pane-close]')) close();
  event.preventDefault();
  event.stopPropagation();
}

function toasts(root) {
  root.querySelectorAll('[data-toast]:not([data-going])').forEach((toast) => {
    toast.dataset.going = '';
    setTimeout(() => toast.remove(), TOAST);
  });
}

function settled() {
  boxes().forEach((box) => { box.checked = ticked.has(box.name); });
  mark();
  count();
  toasts(document);
  document.querySelectorAll('[data-reasons]').forEach(reasons);
}

// Somebody was faster: what stands there now is shown, the words that were typed stay as a draft.
function refused({ detail }) {
  const line = here();
  if (detail.xhr.status === 409 && line) line.querySelector('a').click();
}

export function startDesk(root) {
  if (root !== document) return;
  document.addEventListener('click', pressed, true);
  document.addEventListener('input', ({ target }) => target.form && reasons(target.form));
  if (!desk()) return;
  document.addEventListener('change', ({ target }) => target.closest('.line') && count());
  document.addEventListener('htmx:responseError', refused);
  document.addEventListener('htmx:afterSettle', settled);
  document.addEventListener('htmx:beforeRequest', ({ detail }) => detail.target?.id === 'pane' && detail.elt.matches('.line a, [data-needs-picked]') && open());
  window.addEventListener('popstate', () => document.body.classList.remove('pane-open'));
  desk().classList.add('ready');
  settled();
  if (!pane()?.dataset.pane && pane()?.querySelector('.empty')) window.addEventListener('load', first);
}
