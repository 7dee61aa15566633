// Choosing: a field with a list offers what holds the typed words, short names or first letters of the pinyin; Enter takes the first.
import { make } from './say.js';

const MOST = 12;
let list = null;
let field = null;

const options = () => Array.from(document.getElementById(field.dataset.list)?.options || []);
const part = () => field.value.split(/[、，]/).pop().trim().toLowerCase();

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

function take(entry) {
  const before = field.value.match(/^.*[、，]/)?.[0] || '';
  field.value = before + entry.dataset.value;
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
  const place = field.getBoundingClientRect();
  Object.assign(list.style, { left: `${place.left}px`, minWidth: `${place.width}px` });
  (field.closest('dialog') || document.body).append(list);
  const above = place.bottom + list.offsetHeight > window.innerHeight && place.top > list.offsetHeight;
  list.style.top = `${above ? place.top - list.offsetHeight : place.bottom}px`;
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

export function startChoose(root) {
  (root.querySelectorAll ? root : document).querySelectorAll('input[list]').forEach((input) => {
    input.dataset.list = input.getAttribute('list');
    input.removeAttribute('list'); // the browser's own list knows no pinyin
    Object.entries({ role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'choices' })
      .forEach(([name, value]) => input.setAttribute(name, value));
  });
  if (root !== document) return;
  document.addEventListener('focusin', ({ target }) => {
    close();
    field = target.matches?.('input') ? target : null; // what htmx has put in has the cursor before it is a field of choices
  });
  document.addEventListener('input', ({ target }) => target === field && field.dataset.list && offer());
  document.addEventListener('focusout', close);
  document.addEventListener('scroll', ({ target }) => list && target !== list && target.contains(field) && close(), true); // the source beside may scroll
  document.addEventListener('keydown', pressed, true);
}
