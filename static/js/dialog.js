// One question in a <dialog>: resolves to true or false. Escape and 取消 are false; 取消 has the focus.
import { make } from './say.js';

export function ask(question, yes = '确定') {
  const no = make('button', { class: 'btn btn-outline-secondary', value: 'no', autofocus: '' }, '取消');
  const ok = make('button', { class: 'btn btn-primary', value: 'yes' }, yes);
  const words = make('p', { id: 'question' }, question);
  const form = make('form', { method: 'dialog', class: 'd-flex gap-2 justify-content-end' }, no, ok);
  const box = make('dialog', { 'aria-labelledby': 'question' }, words, form);
  document.body.append(box);
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener('close', () => {
      box.remove();
      resolve(box.returnValue === 'yes');
    });
  });
}
