// Search everywhere: Ctrl K drops a box down; arrows walk through what is found, Enter opens it. The page /search is the same without scripts.
import { make } from './say.js';

const PAUSE = 180; // a question is asked when the typing rests
let box = null;
let asked = '';
let waiting = 0;

function links() {
  return Array.from(box.querySelectorAll('.finder-found a'));
}

async function ask(address, words) {
  const question = words.trim();
  if (question === asked) return;
  asked = question;
  const place = box.querySelector('.finder-found');
  if (!question) {
    place.replaceChildren();
    return;
  }
  const answer = await fetch(`${address}?q=${encodeURIComponent(question.slice(0, 100))}`, { headers: { 'HX-Request': 'true' } });
  const text = answer.ok ? await answer.text() : '';
  if (question !== asked || !box) return; // something newer was typed
  if (text) place.innerHTML = text;
  else place.replaceChildren(make('p', { class: 'p-3 mb-0', role: 'alert' }, '没有得到回答，请刷新页面后重试。'));
}

function walk(event) {
  const all = links();
  const here = all.indexOf(document.activeElement);
  if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key) || !all.length) return;
  if (here < 0 && event.key !== 'ArrowDown') return;
  event.preventDefault();
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  (to < 0 ? box.querySelector('input') : all[Math.min(to, all.length - 1)]).focus();
}

function open(address) {
  if (box?.open) return; // one that was closed is told so a moment later
  const input = make('input', { class: 'form-control', type: 'search', name: 'q', maxlength: '60', autofocus: '', autocomplete: 'off', placeholder: '文字、编号、文号、拼音首字母', 'aria-label': '搜索全部' });
  const form = make('form', { method: 'get', action: address, role: 'search', class: 'w-100', 'data-draft': 'off' }, input);
  box = make('dialog', { class: 'finder', 'aria-label': '搜索全部' }, form, make('div', { class: 'finder-found', 'aria-live': 'polite' }));
  asked = '';
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => box && ask(address, input.value), PAUSE);
  };
  input.addEventListener('input', (event) => event.isComposing || later());
  input.addEventListener('compositionend', later);
  form.addEventListener('submit', (event) => {
    const first = asked === input.value.trim() && links()[0];
    if (!first) return; // the page answers
    event.preventDefault();
    first.click();
  });
  box.addEventListener('keydown', walk);
  box.addEventListener('click', (event) => event.target === box && box.close());
  const mine = box;
  mine.addEventListener('close', () => {
    mine.remove();
    if (box === mine) box = null;
  });
  document.body.append(box);
  box.showModal();
}

export function startFind() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-find]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.getAttribute('href'));
  });
  document.addEventListener('keydown', (event) => {
    const link = document.querySelector('[data-find]');
    if (!link || !(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    if (!document.querySelector('dialog[open]')) open(link.getAttribute('href'));
  });
}
