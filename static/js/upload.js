// Uploads: percent and bytes on the way, the SHA-256 worked out here beside the one the server registered.
import { make, refusal, say } from './say.js';
import { token } from './net.js';

const HASH_LIMIT = 200 * 1024 * 1024;

function bytes(count) { // as workflow/record/showing.py says them
  if (count < 1024) return `${count} 字节`;
  const [unit, word] = count < 1048576 ? [1024, 'KB'] : [1048576, 'MB'];
  return `${Math.floor((20 * count + unit) / (2 * unit)) / 10} ${word}`;
}

async function digest(file) {
  if (!window.crypto?.subtle || file.size > HASH_LIMIT) return ''; // plain http in an intranet has no crypto.subtle
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function swap(form, body) {
  const page = new DOMParser().parseFromString(`<body>${body}</body>`, 'text/html');
  const fragment = page.body.firstElementChild;
  const target = document.querySelector(form.dataset.target);
  if (!fragment || !target) return new Set();
  target.replaceWith(fragment);
  window.htmx?.process(fragment);
  document.dispatchEvent(new CustomEvent('htmx:load', { detail: { elt: fragment } }));
  return new Set(Array.from(fragment.querySelectorAll('[data-sha256]'), (node) => node.dataset.sha256));
}

async function report(state, files, registered) {
  const lines = await Promise.all(
    files.map(async (file) => {
      const own = await digest(file);
      const same = registered.has(own);
      const word = same ? '，与服务器登记的一致' : '';
      return make('li', {}, `${file.name}（${bytes(file.size)}）${own ? ` 本机 SHA-256 ${own}${word}` : ' 已上传'}`);
    }),
  );
  state.replaceChildren(make('ul', { class: 'small mb-0 text-break' }, ...lines));
}

function finished(form, state, files, request) {
  const elsewhere = request.getResponseHeader('HX-Redirect');
  if (elsewhere) {
    window.location.assign(elsewhere);
    return;
  }
  if (request.status >= 200 && request.status < 300) {
    const registered = swap(form, request.responseText);
    form.reset();
    report(state, files, registered);
    return;
  }
  state.replaceChildren();
  say('danger', refusal(request.status, request.responseText));
}

function send(form, files) {
  const state = form.querySelector('[data-upload-state]');
  const bar = make('progress', { max: '100', value: '0', 'aria-label': '上传进度' });
  const words = make('span', { class: 'nowrap' }, '准备上传…');
  const stop = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, '取消');
  const button = form.querySelector('[type=submit]');
  const request = new XMLHttpRequest();
  state.replaceChildren(make('div', { class: 'progress-row' }, bar, words, stop));
  button.disabled = true;
  stop.addEventListener('click', () => request.abort());
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    words.textContent =
      loaded < total ? `${Math.floor(bar.value)}% · ${bytes(loaded)} / ${bytes(total)}` : '已传完，正在落盘并登记…';
  });
  request.addEventListener('load', () => finished(form, state, files, request));
  request.addEventListener('error', () => say('danger', refusal(0, '')));
  request.addEventListener('abort', () => state.replaceChildren('已取消上传。'));
  request.addEventListener('loadend', () => {
    button.disabled = false;
  });
  request.open('POST', form.getAttribute('action') || window.location.href);
  request.setRequestHeader('X-CSRFToken', token());
  request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
  request.setRequestHeader('HX-Request', 'true');
  request.send(new FormData(form));
}

function submitted(event) {
  const form = event.target;
  const files = Array.from(form.querySelector('input[type=file]').files);
  const limit = Number(form.dataset.limit || 0);
  const big = files.find((file) => limit && file.size > limit);
  event.preventDefault();
  if (big) say('danger', `《${big.name}》有 ${bytes(big.size)}，超过每个 ${bytes(limit)} 的上限；请压缩或拆分后再上传。`);
  else if (files.length) send(form, files);
}

function droppable(form) {
  const input = form.querySelector('input[type=file]');
  const over = (event) => {
    event.preventDefault();
    form.classList.toggle('over', event.type === 'dragover');
  };
  form.addEventListener('dragover', over);
  form.addEventListener('dragleave', over);
  form.addEventListener('drop', (event) => {
    over(event);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

export function startUploads(root) {
  root.querySelectorAll('form[data-upload]').forEach((form) => {
    if (form.dataset.uploadReady) return;
    form.dataset.uploadReady = 'yes';
    form.addEventListener('submit', submitted);
    droppable(form);
  });
}
