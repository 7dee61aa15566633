// Keys: / search, j and k through the rows of a list ([data-rows]), ? help with a switch to turn them off.
import { deskKey, here as picked, look } from './desk.js';
import { make } from './say.js';

const SWITCH = 'taizhang:keys';
const HELP = [
  ['Ctrl K', '搜索任务、单位、人员、材料'],
  ['/', '跳到搜索框'],
  ['j', '下一行'],
  ['k', '上一行'],
  ['Enter', '打开所在行'],
  ['x', '勾选所在行'],
  ['a', '通过（审核、核验、办结）'],
  ['r', '退回，写明理由'],
  ['e', '写意见或落实情况'],
  ['?', '显示这份说明'],
];

function rows() {
  return Array.from(document.querySelectorAll('[data-rows] tbody tr, ul[data-rows] > li, ol[data-rows] > li, .draft-row')).filter((row) =>
    row.querySelector('a, button'),
  );
}

function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement) || row === picked());
  const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1);
  const link = all[next]?.querySelector('[data-edit]') || all[next]?.querySelector('a, button');
  link?.focus();
  if (link?.closest('.line')) look(link);
  link?.scrollIntoView({ block: 'nearest' });
}

function help() {
  const list = make('dl', { class: 'facts' });
  HELP.forEach(([key, word]) => list.append(make('dt', {}, make('kbd', {}, key)), make('dd', {}, word)));
  const box = make('input', { type: 'checkbox', class: 'form-check-input', id: 'keys-on' });
  box.checked = localStorage.getItem(SWITCH) !== 'off';
  box.addEventListener('change', () => localStorage.setItem(SWITCH, box.checked ? 'on' : 'off'));
  const dialog = make(
    'dialog',
    { 'aria-labelledby': 'keys-title' },
    make('h2', { id: 'keys-title', class: 'mb-3' }, '键盘快捷键'),
    list,
    make('p', { class: 'form-check mt-3' }, box, make('label', { class: 'form-check-label', for: 'keys-on' }, '启用单键快捷键（? 始终可用）')),
    make('form', { method: 'dialog', class: 'text-end' }, make('button', { class: 'btn btn-primary', autofocus: '' }, '关闭')),
  );
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}

function pressed(event) {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable], dialog');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === '?') help();
  else if (localStorage.getItem(SWITCH) === 'off') return;
  else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
  else if (['x', 'a', 'r', 'e'].includes(event.key) && deskKey(event.key)) event.preventDefault();
  else if (event.key === '/') document.querySelector('[data-search]')?.focus();
  else return;
  event.preventDefault();
}

export function startKeys() {
  document.addEventListener('keydown', pressed);
}
