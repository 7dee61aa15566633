// Words typed but not yet saved are kept on this machine, per person, and offered again after an accident.
import { say, make } from './say.js';

const KEEP_DAYS = 7;
const person = document.body.dataset.person || '';
const place = (key) => `taizhang:draft:${person}:${key}`;
const flat = (text) => text.replace(/\r\n/g, '\n');

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(place(key)));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(place(key), JSON.stringify(draft));
  } catch {
    // storage full or switched off: typing goes on without a draft
  }
}

function drop(key) {
  localStorage.removeItem(place(key));
}

function forgetOld() {
  const limit = Date.now() - KEEP_DAYS * 86400000;
  Object.keys(localStorage)
    .filter((name) => name.startsWith('taizhang:draft:'))
    .forEach((name) => {
      const draft = JSON.parse(localStorage.getItem(name) || 'null');
      const saved = draft?.sent && document.querySelector('[data-flash=success]') && name.startsWith(place(''));
      if (!draft || draft.at < limit || saved) localStorage.removeItem(name);
    });
}

function restore(area, key) {
  const draft = read(key);
  if (!draft) return;
  const server = area.value;
  if (flat(draft.text) === flat(server)) {
    if (!document.querySelector('[data-refusal], .invalid-feedback, [data-flash=danger]')) drop(key);
    return;
  }
  area.value = draft.text;
  const undo = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, '撤销恢复');
  const when = new Date(draft.at).toLocaleString('zh-CN', { hour12: false });
  const box = say('info', `已恢复您 ${when} 在本机填写、尚未保存的内容。`, undo);
  undo.addEventListener('click', () => {
    area.value = server;
    drop(key);
    box.remove();
    area.focus();
  });
}

export function startDrafts(root) {
  if (root === document) forgetOld();
  root.querySelectorAll('textarea[data-draft-key]').forEach((area) => {
    if (area.dataset.draftReady) return;
    area.dataset.draftReady = 'yes';
    const key = area.dataset.draftKey;
    let timer = 0;
    const keep = (sent) => write(key, { text: area.value, at: Date.now(), sent });
    if (area.value !== area.defaultValue) keep(false); // typed before this script had come
    else restore(area, key);
    area.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(keep, 400, false);
    });
    area.form?.addEventListener('submit', () => {
      clearTimeout(timer);
      keep(true);
    });
  });
}
