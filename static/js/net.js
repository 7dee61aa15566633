// htmx: the CSRF token goes along, refusals are shown in the server's words, and its questions use our dialog.
import { ask } from './dialog.js';
import { refusal, say } from './say.js';

export const token = () => document.querySelector('meta[name=csrf-token]')?.content || '';

function answered(event) {
  const { xhr } = event.detail;
  const isForm = xhr.status === 422 && !xhr.responseText.includes('data-refusal') && xhr.responseText.includes('<');
  if (isForm) {
    event.detail.shouldSwap = true; // a form with its mistakes marked
    event.detail.isError = false;
  }
}

// What a page fetches by itself as it opens (nobody pressed anything) never takes somebody who is typing to the gate.
function unasked(event) {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 401 && !requestConfig.triggeringEvent) event.preventDefault();
}

// What has just been put into a page may be pressed before htmx has looked at it: it looks now, and answers the press.
function seen({ target }) {
  const button = target.closest?.('[hx-get], [hx-post]');
  if (button) window.htmx?.process(button);
}

export function startNet() {
  document.addEventListener('click', seen, true);
  document.addEventListener('htmx:configRequest', (event) => {
    if (event.detail.verb !== 'get') event.detail.headers['X-CSRFToken'] = token();
  });
  document.addEventListener('htmx:beforeOnLoad', unasked);
  document.addEventListener('htmx:beforeSwap', answered);
  document.addEventListener('htmx:responseError', (event) => {
    const { xhr } = event.detail;
    say('danger', refusal(xhr.status, xhr.responseText));
  });
  ['htmx:sendError', 'htmx:timeout'].forEach((name) =>
    document.addEventListener(name, () => say('danger', refusal(0, ''))),
  );
  document.addEventListener('htmx:confirm', (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
  });
}
