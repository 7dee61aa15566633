// Forms: ask before what cannot be undone, and take a double click for one.
import { ask } from './dialog.js';

const confirmed = new WeakSet();
const RELEASE_AFTER = 20000; // an answer that is a download leaves the page standing

function lock(form, locked) {
  form.toggleAttribute('data-sent', locked);
  form.setAttribute('aria-busy', String(locked));
  form.querySelectorAll('button:not([type=button]), input[type=submit]').forEach((button) => {
    button.disabled = locked;
  });
}

// Attributes, not properties: a field named "method" or "action" would hide those.
const method = (form) => (form.hasAttribute('hx-post') ? 'post' : (form.getAttribute('method') || 'get').toLowerCase());

function submitted(event) {
  const form = event.target;
  if (method(form) === 'dialog' || form.hasAttribute('data-upload')) return;
  if (form.hasAttribute('data-sent')) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // hx-confirm: htmx asks it; where htmx is not there, the same question stands before the same step
  const question = event.submitter?.dataset.confirm || event.submitter?.getAttribute('hx-confirm') || form.dataset.confirm;
  if (question && !confirmed.delete(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    ask(question, submitter?.textContent.trim()).then((yes) => {
      if (!yes) return;
      confirmed.add(form);
      form.requestSubmit(submitter);
    });
    return;
  }
  if (method(form) !== 'post' || form.hasAttribute('data-stay')) return;
  setTimeout(() => lock(form, true)); // after the browser has read the pressed button's value
  setTimeout(() => lock(form, false), RELEASE_AFTER);
}

// One button ticks all boxes of a name that belong to its form, or none if all are ticked.
function tickAll(event) {
  const button = event.target.closest('[data-tick-all]');
  if (!button) return;
  const boxes = Array.from(button.form.elements).filter((box) => box.type === 'checkbox' && box.name === button.dataset.tickAll);
  const all = boxes.every((box) => box.checked);
  boxes.forEach((box) => {
    box.checked = !all;
  });
}

// A kept phrase goes where the cursor stands in its field.
function insert(event) {
  const button = event.target.closest('[data-insert]');
  const area = button && document.querySelector(button.dataset.insert);
  if (!area) return;
  area.setRangeText(button.textContent, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
}

export function startForms(root) {
  if (root !== document) return;
  document.addEventListener('submit', submitted, true);
  document.addEventListener('click', tickAll);
  document.addEventListener('click', insert);
  const release = () => document.querySelectorAll('form[data-sent]').forEach((form) => lock(form, false));
  window.addEventListener('pageshow', release);
  document.addEventListener('htmx:afterRequest', release);
}
