// Worksheets on a telephone without a network: what is typed and photographed is kept on this machine under the person's
// number, and sent when the network is back. A record has a number of its own, so that it comes in once however often it is sent.
import { make, refusal } from './say.js';

const CACHE = 'taizhang-field'; // as in field-worker.js
const person = document.body.dataset.person || '';
const state = document.querySelector('[data-field-state]');
const cards = Array.from(document.querySelectorAll('[data-field]'));
const AGAIN = 10000;
const WORDS = { kept: '已存本机', ready: '待送出', sent: '已送出' };

const done = (request) =>
  new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });

function opened() {
  const request = indexedDB.open('taizhang-field', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('sheets', { keyPath: 'id' });
  return done(request);
}

async function store(mode, work) {
  const base = await opened();
  try {
    return await done(work(base.transaction('sheets', mode).objectStore('sheets')));
  } finally {
    base.close();
  }
}

const idOf = (card) => `${person}:${card.dataset.field}`;
const read = (card) => store('readonly', (sheets) => sheets.get(idOf(card)));
const write = (record) => store('readwrite', (sheets) => sheets.put(record));
const drop = (id) => store('readwrite', (sheets) => sheets.delete(id));
const all = async () => (await store('readonly', (sheets) => sheets.getAll())).filter((one) => one.id.startsWith(`${person}:`));
const typed = (card) => Object.fromEntries(new FormData(card.querySelector('form')));
const now = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' '); // China's time

function show(card, record) {
  card.querySelector('[data-field-word]').textContent = WORDS[record?.step] || '';
  const names = (record?.photos || []).map((photo) => make('li', {}, photo.name));
  card.querySelector('[data-field-photos]').replaceChildren(...names);
}

async function keep(card, step, photos = []) {
  const before = await read(card);
  const record = {
    id: idOf(card), key: crypto.randomUUID(), to: card.dataset.to, version: before?.version || card.dataset.version,
    fields: typed(card), photos: [...(before?.photos || []), ...photos], step,
  };
  try {
    await write(record);
    show(card, record);
  } catch {
    state.textContent = '本机存不下了：请删去一些照片，或先到有网络的地方送出。';
  }
}

async function restore(card) {
  const record = await read(card);
  if (!record) return;
  Object.entries(record.fields).forEach(([name, value]) => {
    const input = card.querySelector(`[name="${name}"]`);
    if (input) input.value = value;
  });
  show(card, record);
}

// The page kept here may be older than the session: its token is asked for anew, and whose session it is.
async function freshToken() {
  const answer = await fetch('/inspections', { cache: 'no-store' }); // not kept on this machine
  if (!answer.ok || answer.redirected) throw new Error('登录已失效，请重新登录后再打开本页；本机内容不会丢失。');
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (page.body.dataset.person !== person) throw new Error('本机现在由另一位人员登录，没有送出；请填写人本人登录后再打开本页，本机内容不会丢失。');
  return page.querySelector('meta[name=csrf-token]').content;
}

async function deliver(record, token) {
  const body = new FormData();
  Object.entries({ ...record.fields, seen_version: record.version, key: record.key }).forEach((pair) => body.append(...pair));
  record.photos.forEach((photo) => body.append('file', photo, photo.name));
  const answer = await fetch(record.to, { method: 'POST', body, headers: { 'X-CSRFToken': token } });
  if (!answer.ok) throw new Error(refusal(answer.status, await answer.text()));
  const card = cards.find((one) => idOf(one) === record.id);
  const newest = await store('readonly', (sheets) => sheets.get(record.id));
  if (newest?.key === record.key) {
    await drop(record.id);
    if (card) show(card, { step: 'sent' });
  }
  if (card) card.dataset.version = (await answer.json()).version;
}

let sending = false;
async function send() {
  const ready = (await all()).filter((one) => one.step === 'ready');
  if (sending || !ready.length) return;
  sending = true;
  const failed = [];
  try {
    const token = await freshToken();
    for (const record of ready) {
      try {
        await deliver(record, token);
      } catch (wrong) {
        failed.push(wrong instanceof TypeError ? refusal(0, '') : wrong.message);
      }
    }
    state.textContent = failed.length ? `送出 ${ready.length - failed.length} 份，${failed.length} 份没有送出：${failed[0]}` : `已送出 ${ready.length} 份。`;
  } catch (wrong) {
    state.textContent = wrong instanceof TypeError ? `没有网络，${ready.length} 份存在本机，恢复后自动送出。` : wrong.message;
  } finally {
    sending = false;
  }
}

async function clear() {
  if ((await all()).length) {
    state.textContent = '本机还有没有送出的记录，送出后再清除。';
    return;
  }
  await caches.delete(CACHE);
  state.textContent = '已清除本机缓存；再次离线使用前，请在有网络时打开本页。';
}

function start(card) {
  const form = card.querySelector('form');
  const photos = card.querySelector('input[type=file]');
  restore(card);
  card.addEventListener('toggle', () => {
    const when = form.elements.seen_at;
    if (card.open && !when.value) when.value = now();
  });
  form.addEventListener('input', ({ target }) => target !== photos && keep(card, 'kept'));
  photos.addEventListener('change', () => keep(card, 'kept', Array.from(photos.files)).then(() => { photos.value = ''; }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keep(card, 'ready').then(send);
  });
}

async function begin() {
  await navigator.serviceWorker.register('/inspections/worker.js');
  await navigator.serviceWorker.ready;
  const kept = await caches.open(CACHE);
  const parts = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.startsWith(`${window.location.origin}/static/`));
  await Promise.allSettled([window.location.href, ...new Set(parts)].map((part) => kept.add(part)));
  document.body.dataset.fieldReady = 'yes';
}

if (window.isSecureContext && 'serviceWorker' in navigator) {
  document.querySelector('[data-field-plain]').hidden = true;
  document.querySelectorAll('[data-field-send], [data-field-clear]').forEach((button) => { button.hidden = false; });
  document.querySelector('[data-field-send]').addEventListener('click', send);
  document.querySelector('[data-field-clear]').addEventListener('click', clear);
  cards.forEach(start);
  window.addEventListener('online', send);
  setInterval(send, AGAIN); // a telephone does not always say that it has a network again
  begin().then(send, () => { state.textContent = '本机没有准备好离线填写，请在有网络时重新打开本页。'; });
}
