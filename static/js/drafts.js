// Words typed but not yet stored are kept on this machine, per person, and come back after any accident.
// A draft belongs to one form on one page that was opened: two windows never write over each other. It is forgotten only
// when the server names it as stored (views/desks/typed_words.py), when the person says so, or after KEEP_DAYS.
import { dated, make, say } from './say.js';

const KEEP_DAYS = 30;
const FIELD = 'draft_id';
const TYPED = 'textarea, input:not([type]), input[type=text], input[type=search], input[type=number], input[type=url], input[type=email]';
const prefix = `taizhang:draft:${document.body.dataset.person || ''}:`;
const flat = (text) => text.replace(/\r\n/g, '\n');
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
const spoken = (at) => new Date(at).toLocaleString('zh-CN', { dateStyle: 'long', timeStyle: 'short', hour12: false, timeZone: 'Asia/Shanghai' });

let full = false; // said once
const mine = new Set(); // drafts of this very page

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(id, draft) {
  mine.add(id);
  try {
    localStorage.setItem(prefix + id, JSON.stringify(draft));
  } catch {
    if (!full) say('warning', '本机存不下草稿，关闭页面会丢失正在填写的内容；请尽快保存。');
    full = true;
  }
}

const drop = (id) => localStorage.removeItem(prefix + id);

// All drafts of this person, the newest first; what is too old, of anybody, goes.
function drafts() {
  const limit = Date.now() - KEEP_DAYS * 86400000;
  const names = Object.keys(localStorage).filter((name) => name.startsWith('taizhang:draft:'));
  names.filter((name) => !(read(name)?.at > limit)).forEach((name) => localStorage.removeItem(name));
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ id: name.slice(prefix.length), ...read(name) }))
    .filter((draft) => draft.fields)
    .sort((one, other) => other.at - one.at);
}

const superseded = (draft, found) => found.some((other) => other.from?.[draft.id] === draft.at);
const dropIfSame = (from) => Object.entries(from || {}).forEach(([id, at]) => read(prefix + id)?.at === at && drop(id));

// The server has stored these very texts; a draft they were made from goes too, unless another window went on with it.
function forget(accepted) {
  drafts()
    .filter((draft) => draft.sent && accepted.includes(draft.sent))
    .forEach((draft) => {
      drop(draft.id);
      dropIfSame(draft.from);
    });
}

const isPost = (form) => (form.getAttribute('method') || '').toLowerCase() === 'post' && form.dataset.draft !== 'off';

function fieldsOf(form) {
  return Array.from(form.elements).filter((field) => field.name && field.matches(TYPED) && !field.readOnly && field.dataset.draft !== 'off');
}

const keyOf = (form) => form.dataset.draftKey || new URL(form.getAttribute('action') || '', window.location).pathname;

const forms = () => Array.from(document.forms).filter((form) => isPost(form) && fieldsOf(form).length);
const shows = (form, fields) => fieldsOf(form).every((field) => !fields[field.name] || flat(fields[field.name].text) === flat(field.value));

class Draft {
  constructor(form) {
    this.form = form;
    this.id = fresh();
    this.key = keyOf(form);
    this.page = form.dataset.draftPage || window.location.pathname;
    this.base = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.dataset.base ?? field.defaultValue]));
    this.from = {};
    this.adopted = new Set(); // fields that an older draft filled: emptied again, they are still worth a word
  }

  keep(sent) {
    const changed = fieldsOf(this.form).filter(
      (field) => this.adopted.has(field.name) || flat(field.value) !== flat(this.base[field.name] ?? ''),
    );
    const fields = Object.fromEntries(changed.map((field) => [field.name, { text: field.value, base: this.base[field.name] ?? '' }]));
    if (changed.length) write(this.id, { key: this.key, page: this.page, at: Date.now(), fields, sent, from: this.from });
    else drop(this.id);
  }

  // Just before the form leaves: the name under which the server may say that it has stored this very text.
  send() {
    const box = this.form.elements[FIELD] || this.form.appendChild(make('input', { type: 'hidden', name: FIELD }));
    box.value = fresh();
    this.keep(box.value);
  }

  // Go on with an older draft: where it was typed, and what the server had by then, stay known.
  adopt(old) {
    dropIfSame(old.from);
    this.from = { ...this.from, [old.id]: old.at };
    this.page = old.page;
    Object.entries(old.fields).forEach(([name, { base }]) => {
      this.base[name] = base;
      this.adopted.add(name);
    });
  }

  fill(fields) {
    fieldsOf(this.form).forEach((field) => {
      if (!fields[field.name]) return;
      field.value = fields[field.name].text;
      field.closest('details')?.setAttribute('open', '');
    });
  }

  texts() {
    return Object.fromEntries(fieldsOf(this.form).map((field) => [field.name, { text: field.value }]));
  }

  // The newest comes back by itself where the server still has what it was typed over; all others are offered.
  restore() {
    const typed = fieldsOf(this.form).some((field) => field.value !== field.defaultValue); // before this script had come
    const all = drafts().filter((draft) => draft.key === this.key);
    const found = all.filter((draft) => !superseded(draft, all));
    const others = found.filter((draft) => !shows(this.form, draft.fields));
    const fits = Object.entries(others[0]?.fields || {}).every(([name, { base }]) => flat(base) === flat(this.base[name] ?? ''));
    const alone = !typed && found.length === others.length;
    found.filter((draft) => !others.includes(draft)).reverse().forEach((draft) => this.adopt(draft));
    if (typed) this.keep();
    if (others.length && alone && fits) this.back(others.shift());
    if (others.length) this.offer(others);
  }

  back(draft) {
    const before = this.texts();
    this.fill(draft.fields);
    this.adopt(draft);
    if (mine.has(draft.id)) return; // this very page was put together anew around it
    const undo = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, '撤销恢复');
    let there = before;
    undo.addEventListener('click', () => {
      const here = this.texts();
      this.fill(there);
      there = here;
      this.keep();
      if (undo.textContent === '撤销恢复') drop(draft.id);
      undo.textContent = undo.textContent === '撤销恢复' ? '重新恢复' : '撤销恢复';
    });
    say('info', `已恢复您${spoken(draft.at)}在本机填写、尚未保存的内容。`, undo);
  }

  offer(found) {
    const rows = found.map((draft) => {
      const use = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, '换到表单里');
      const row = leaf(draft, use);
      use.addEventListener('click', () => {
        const here = this.texts();
        this.fill(draft.fields);
        this.adopt(draft);
        this.keep();
        draft.fields = here; // pressed again, it brings back what stood there
        row.querySelector('.opinion').replaceChildren(words(draft));
      });
      return row;
    });
    say('info', '您在本机另有填写、尚未保存的内容，与这里显示的不同：', ...rows);
  }
}

const words = (draft) => dated(Object.values(draft.fields).map((field) => field.text).filter(Boolean).join('\n'));

function leaf(draft, button) {
  const away = make('button', { type: 'button', class: 'btn btn-sm btn-outline-danger' }, '不要了');
  const row = make('div', { class: 'mt-2' }, make('strong', {}, dated(spoken(draft.at))), make('div', { class: 'opinion' }, words(draft)), button, ' ', away);
  away.addEventListener('click', () => {
    drop(draft.id);
    row.remove();
  });
  return row;
}

// What can no longer be sent from the page on which it was typed is shown, to be copied.
function orphans() {
  const here = forms().map(keyOf);
  const left = drafts().filter((draft) => draft.page === window.location.pathname && !here.includes(draft.key));
  const rows = left
    .filter((draft) => !superseded(draft, left))
    .map((draft) => leaf(draft, make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', 'data-copy': words(draft).textContent }, '复制')));
  if (rows.length) say('info', '您在本页填写过、没有确认保存、现在已不能提交的内容：', ...rows);
}

const kept = new WeakMap();

// Another window writes on the same form: both are told, neither takes the other's words.
function elsewhere({ key: name, newValue }) {
  if (!name?.startsWith(prefix) || !newValue) return;
  const draft = JSON.parse(newValue);
  const form = forms().find((each) => keyOf(each) === draft.key);
  if (!form || form.dataset.draftTold || shows(form, draft.fields)) return;
  form.dataset.draftTold = 'yes';
  say('warning', '您在另一个窗口也在填写这一处。两边的内容各自保留，互不覆盖；请只从一个窗口提交。');
}

export function startDrafts(root) {
  const told = document.querySelector('[data-accepted]');
  if (told?.dataset.accepted) forget(told.dataset.accepted.split(' '));
  if (told) told.dataset.accepted = '';
  forms()
    .filter((form) => !kept.has(form))
    .forEach((form) => {
      const draft = new Draft(form);
      kept.set(form, draft);
      draft.restore();
    });
  if (root !== document) return;
  orphans();
  window.addEventListener('storage', elsewhere);
  document.addEventListener('input', ({ target }) => kept.get(target.form)?.keep());
  document.addEventListener('htmx:beforeOnLoad', ({ detail }) => forget([detail.xhr.getResponseHeader('X-Draft-Accepted')]));
  // After forms.js has asked its question, before anything reads the form.
  document.addEventListener('submit', ({ target: form }) => kept.get(form)?.send(), true);
  // A button that htmx sends by itself submits no form, but takes its words along.
  document.addEventListener('htmx:confirm', ({ detail }) => detail.verb !== 'get' && detail.elt.matches('button') && kept.get(detail.elt.form)?.send());
}
