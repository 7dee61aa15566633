// Choosing: a field with a list offers what holds the typed words, short names or first letters of the pinyin; Enter takes the first.
import { make } from './say.js';

const MOST = 12;
let list = null;
let field = null;

const options = () => Array.from(document.getElementById(field.dataset.list)?.options || []);
const named = () => 'at' in field.dataset; // running text, in which @ begins a name
const part = () => (named() && !field.value.includes('@') ? '' : field.value.split(named() ? '@' : /[、，]/).pop().trim().toLowerCase());

// Best first: what begins with it, then what holds it in its name, then in what else finds it.
function rank(option, words) {
  const [name, beside] = [option.value.toLowerCase(), `${option.label} ${option.dataset.also || ''}`.toLowerCase()];
  if (name.startsWith(words)) return 0;
  if (beside.split(' ').includes(words)) return 1;
  return name.includes(words) ? 2 : beside.includes(words) ? 3 : 4;
}

function found() {
  const words = part();
  if (!words) return [];
  const ranked = options().map((option) => [rank(option, words), option]).filter(([order]) => order < 4);
  return ranked.sort(([one], [other]) => one - other).slice(0, MOST).map(([, option]) => option);
}

function close() {
  list?.remove();
  list = null;
  field?.setAttribute('aria-expanded', 'false');
  field?.removeAttribute('aria-activedescendant');
}

function pick(index) {
  const all = Array.from(list.children);
  all.forEach((one, at) => one.setAttribute('aria-selected', String(at === index)));
  all[index].scrollIntoView({ block: 'nearest' });
  field.setAttribute('aria-activedescendant', all[index].id);
}

// At the field, above it where there is no room below.
function place() {
  const at = field.getBoundingClientRect();
  const above = at.bottom + list.offsetHeight > window.innerHeight && at.top > list.offsetHeight;
  Object.assign(list.style, { left: `${at.left}px`, minWidth: `${at.width}px`, top: `${above ? at.top - list.offsetHeight : at.bottom}px` });
}

function take(entry) {
  const before = field.value.match(named() ? /^.*@/ : /^.*[、，]/)?.[0] || '';
  field.value = before + entry.dataset.value + (named() ? ' ' : '');
  field.dispatchEvent(new Event('change', { bubbles: true }));
  close();
}

function offer() {
  close();
  const matches = found();
  if (!matches.length || (matches.length === 1 && matches[0].value === part())) return;
  const entries = matches.map((option, at) => {
    const beside = option.textContent.trim();
    const entry = make('li', { role: 'option', id: `choice-${at}`, 'data-value': option.value }, option.value);
    if (beside && beside !== option.value) entry.append(' ', make('small', {}, beside));
    return entry;
  });
  list = make('ul', { class: 'choices', role: 'listbox', id: 'choices', 'aria-label': '可选' }, ...entries);
  (field.closest('dialog') || document.body).append(list);
  place();
  list.addEventListener('mousedown', (event) => {
    event.preventDefault(); // the field keeps the cursor
    const entry = event.target.closest('[role=option]');
    if (entry) take(entry);
  });
  field.setAttribute('aria-expanded', 'true');
  pick(0);
}

function pressed(event) {
  if (event.target !== field || !field.dataset.list || event.isComposing) return;
  const chosen = list?.querySelector('[aria-selected=true]');
  if (event.key === 'Enter' && chosen) {
    take(chosen);
  } else if (event.key === 'Enter' && !field.value && field.closest('[data-suggested]')?.querySelector('[data-suggestion]')) {
    field.closest('[data-suggested]').querySelector('[data-suggestion] button').click();
  } else if (list && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
    const to = Array.from(list.children).indexOf(chosen) + (event.key === 'ArrowDown' ? 1 : -1);
    pick((to + list.children.length) % list.children.length);
  } else if (event.key === 'Escape' && list) {
    close();
    event.stopPropagation();
  } else return;
  event.preventDefault();
}

// A field becomes one of choices when it is first touched, wherever it came from: the browser's own list knows no pinyin.
function touch(target) {
  if (target !== field) close();
  field = target.matches?.('input') ? target : null;
  if (!field?.hasAttribute('list')) return;
  field.dataset.list = field.getAttribute('list');
  field.removeAttribute('list');
  Object.entries({ role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'choices' })
    .forEach(([name, value]) => field.setAttribute(name, value));
}

export function startChoose() {
  document.addEventListener('focusin', ({ target }) => touch(target));
  document.addEventListener('input', ({ target }) => {
    touch(target);
    if (field?.dataset.list) offer();
  });
  document.addEventListener('focusout', close);
  document.addEventListener('scroll', ({ target }) => list && target !== list && target.contains(field) && place(), true); // a page still coming to rest
  document.addEventListener('keydown', pressed, true);
}
