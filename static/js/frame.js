// The frame: menu in and out, copy buttons, the way back.
import { say } from './say.js';

const wide = window.matchMedia('(min-width: 992px)');

function toggleMenu(button) {
  const name = wide.matches ? 'sidebar-collapse' : 'sidebar-open';
  const on = document.body.classList.toggle(name);
  button.setAttribute('aria-expanded', String(wide.matches ? !on : on));
  if (wide.matches) document.cookie = `taizhang-rail=${on ? 'narrow' : 'wide'};path=/;max-age=31536000;samesite=lax`; // the server draws the next page so
}

function closeMenu() {
  document.body.classList.remove('sidebar-open');
  document.querySelector('[data-sidebar]')?.setAttribute('aria-expanded', 'false');
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea'); // plain http has no clipboard
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  say('success', '已复制。');
}

// A drawer over the page: what has come into it has the focus, and it gives the focus back to what opened it.
function shut(drawer) {
  drawer.replaceChildren();
  document.querySelector(`[hx-get="${drawer.dataset.from}"]`)?.focus();
}

function drawn({ target, detail }) {
  if (!target.matches?.('.drawer')) return;
  target.dataset.from = detail.requestConfig?.path || '';
  target.querySelector('[tabindex="-1"]')?.focus();
}

// What scrolls can be scrolled by keyboard.
function reach() {
  document.querySelectorAll('.table-responsive').forEach((box) => {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
  });
}

export function startFrame(root) {
  reach();
  if (root !== document) return;
  window.addEventListener('load', reach);
  window.addEventListener('resize', reach);
  const button = document.querySelector('[data-sidebar]');
  button?.setAttribute('aria-expanded', String(wide.matches && !document.body.classList.contains('sidebar-collapse')));
  document.addEventListener('click', (event) => {
    document.querySelectorAll('.more-menu[open]').forEach((menu) => menu.contains(event.target) || menu.removeAttribute('open'));
    const pressed = event.target.closest('[data-sidebar], [data-sidebar-close], [data-copy], [data-back], [data-drawer-close]');
    if (!pressed) return;
    if (pressed.matches('[data-sidebar]')) toggleMenu(pressed);
    else if (pressed.matches('[data-sidebar-close]')) closeMenu();
    else if (pressed.matches('[data-drawer-close]')) shut(pressed.closest('.drawer'));
    else if (pressed.matches('[data-copy]')) copy(pressed.dataset.copy);
    else window.history.back();
  });
  document.addEventListener('htmx:afterSwap', drawn);
  document.addEventListener('keydown', (event) => {
    const drawer = event.target.closest?.('.drawer');
    if (event.key === 'Escape') drawer ? shut(drawer) : closeMenu();
  });
}
