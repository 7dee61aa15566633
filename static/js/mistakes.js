// What is missing or misspelt in a form is said in our words beside the field: the browser's own bubbles speak its own
// language, so forms carry `novalidate`. The server looks at everything again.
import { make } from './say.js';

const DAY = /^\s*(\d{4})(?:(\d{2})(\d{2})|\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?)\s*$/;

// The date as the server writes it, '' for what is none; forms/days.py reads the same shapes.
function iso(typed) {
  const [year, month, day] = (DAY.exec(typed.normalize('NFKC')) || []).slice(1).filter(Boolean).map(Number);
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCDate() === day && at.getUTCMonth() === month - 1 ? at.toISOString().slice(0, 10) : '';
}

const label = (field) => (field.getAttribute('aria-label') || field.labels?.[0]?.textContent || '').replace(/（.*/s, '').trim();

function mistake(field) {
  const { valueMissing, patternMismatch, rangeUnderflow, rangeOverflow, badInput, stepMismatch, tooLong } = field.validity;
  if (valueMissing && field.type === 'file') return '请先选择文件。';
  if (valueMissing) return `请填写${label(field)}。`;
  if ('day' in field.dataset && field.value.trim() && !iso(field.value))
    return `「${field.value.slice(0, 20)}」不是有效的日期，请按 2026-06-30 的形式填写，也可以写成 20260630 或 2026年6月30日。`;
  if (patternMismatch) return field.dataset.mistake;
  if (rangeUnderflow || rangeOverflow) return `请填写 ${field.min} 到 ${field.max} 之间的数字。`;
  if (badInput || stepMismatch) return '请填写数字。';
  return tooLong ? `内容太长，最多 ${field.maxLength} 字。` : '';
}

function mark(field, sentence) {
  const id = `${field.id || field.name}-mistake`;
  document.getElementById(id)?.remove();
  field.toggleAttribute('aria-invalid', Boolean(sentence));
  field.classList.toggle('is-invalid', Boolean(sentence));
  if (!sentence) return;
  field.setAttribute('aria-describedby', id);
  field.closest('.file-box, .form-control')?.after(make('div', { class: 'invalid-feedback d-block w-100', id, role: 'alert' }, sentence));
}

const fieldsOf = (form) => Array.from(form.elements).filter((field) => field.validity && field.matches('input, textarea'));

function submitted(event) {
  const form = event.target;
  const wrong = fieldsOf(form).filter((field) => {
    const sentence = mistake(field);
    mark(field, sentence);
    return sentence;
  });
  if (!wrong.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wrong[0].closest('details')?.setAttribute('open', '');
  wrong[0].focus();
}

// Put right while typing, not on leaving the field: a sentence that goes away under the mouse moves the button from under it.
function typed({ target: field }) {
  if (field.classList?.contains('is-invalid') && !mistake(field)) mark(field, '');
}

function changed({ target: field }) {
  if (!('day' in (field.dataset || {})) || !iso(field.value) || iso(field.value) === field.value) return;
  field.value = iso(field.value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

export function startMistakes(root) {
  if (root !== document) return;
  document.addEventListener('submit', submitted, true);
  document.addEventListener('input', typed);
  document.addEventListener('change', changed);
}
