// Drafting: what is written is kept on the server every few seconds, what is missing is said beside the button,
// and files are taken wherever they are dropped or pasted.
import { token } from './net.js';

const PAUSE = 3000;
let waiting = 0;
let sending = new AbortController();
const area = () => document.querySelector('[data-drafting]');

function check() {
  const here = area();
  if (!here) return;
  const words = here.querySelector('#report-text').value.trim() !== '';
  const pieces = here.querySelectorAll('[data-piece]').length;
  const proof = pieces > 0 || here.querySelector('[data-check-none]')?.checked;
  const has = { words, proof };
  here.querySelectorAll('[data-check]').forEach((line) => line.classList.toggle('has', Boolean(has[line.dataset.check])));
  here.querySelector('[data-count]').textContent = pieces;
  const missing = [words ? '' : '落实情况', proof ? '' : '证明材料'].filter(Boolean).join('、');
  here.querySelector('#missing').textContent = missing ? `还缺：${missing}` : '';
  here.querySelectorAll('[data-submit]').forEach((button) => { button.disabled = missing !== ''; });
}

async function keep(box) {
  let said = '';
  const { signal } = (sending = new AbortController());
  try {
    const body = new URLSearchParams({ report: box.value, base: box.dataset.base });
    const response = await fetch(box.dataset.keep, { method: 'POST', body, headers: { 'X-CSRFToken': token(), 'HX-Request': 'true' }, signal });
    said = await response.text();
  } catch { /* told below */ }
  const place = document.getElementById('saved');
  if (!place || !box.isConnected || signal.aborted) return;
  const page = new DOMParser().parseFromString(said, 'text/html');
  const fresh = page.querySelector('[data-saved]');
  const refused = page.querySelector('[data-refusal]')?.textContent.replace(/\s+/g, ' ').trim();
  if (fresh) place.replaceWith(fresh);
  else place.textContent = refused || '没有保存到服务器，本机留有草稿。';
}

function written({ target }) {
  if (!target.closest?.('[data-drafting]')) return;
  check();
  if (target.matches('[data-keep]')) later(target);
}

function later(box) {
  clearTimeout(waiting);
  waiting = setTimeout(keep, PAUSE, box);
}

// The report itself is on its way: what is kept beside it would only come too late.
function sent(form) {
  if (!form?.querySelector('[data-keep]')) return;
  clearTimeout(waiting);
  sending.abort();
}

// A submission that was refused leaves the words in the box: they are kept again.
function settled() {
  check();
  const box = area()?.querySelector('[data-keep]');
  if (box && box.value !== box.dataset.base) later(box);
}

// Files from the clipboard or dropped anywhere on the page go where chosen ones go.
function brought(event) {
  const input = area()?.querySelector('form[data-upload] input[type=file]');
  const files = (event.clipboardData || event.dataTransfer)?.files;
  if (!input || !files?.length || event.defaultPrevented) return;
  event.preventDefault();
  input.files = files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

function chosen({ target }) {
  const form = target.form;
  if (target.type === 'file' && form?.hasAttribute('data-now') && target.files.length) form.requestSubmit();
}

export function startDrafting(root) {
  if (root === document) {
    document.addEventListener('input', written);
    document.addEventListener('change', chosen);
    document.addEventListener('paste', brought);
    document.addEventListener('drop', brought);
    document.addEventListener('dragover', (event) => area() && event.preventDefault());
    document.addEventListener('submit', (event) => event.defaultPrevented || sent(event.target), true);
    document.addEventListener('htmx:beforeRequest', ({ detail }) => sent(detail.elt.form || detail.elt));
    document.addEventListener('htmx:afterSettle', settled);
  }
  root.querySelectorAll('form[data-now] [type=submit]').forEach((button) => { button.hidden = true; });
  check();
}
