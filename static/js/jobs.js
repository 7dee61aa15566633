// Background work: ask once a second how far it is, and say so.
import { make, say } from './say.js';

const PATIENCE = 10; // answers that may fail in a row

function show(row, answer) {
  const bar = row.querySelector('progress');
  const words = row.querySelector('[data-progress-text]');
  if (answer.total) {
    bar.max = answer.total;
    bar.value = answer.done;
  }
  const count = answer.total ? ` ${answer.done}/${answer.total}` : '';
  const text = `${answer.message || ''}${count}`;
  if (words.textContent !== text) words.textContent = text;
}

// To the result: as a page, or in place of what is on this one.
function go(row, url) {
  if (row.dataset.progressGo === 'here' && window.htmx) {
    window.htmx.ajax('GET', url, { target: '#main', select: '#main', swap: 'outerHTML show:none' });
  } else {
    window.location.assign(url);
  }
}

function end(row, answer) {
  const bar = row.querySelector('progress');
  bar.max = 1;
  bar.value = answer.state === 'done' ? 1 : 0;
  if (answer.state === 'failed') {
    say('danger', answer.message || '后台处理没有成功，请联系系统管理员。');
    return;
  }
  const file = row.dataset.progressGo === 'file';
  if (answer.url && row.hasAttribute('data-progress-go')) go(row, answer.url);
  if (answer.url && (file || !row.hasAttribute('data-progress-go'))) {
    row.append(make('a', { href: answer.url, class: 'btn btn-sm btn-primary' }, file ? '下载' : '打开结果'));
  }
}

async function poll(row, misses = 0) {
  if (!row.isConnected) return;
  let failed = misses + 1;
  try {
    const response = await fetch(row.dataset.progressUrl, { headers: { 'X-Requested-With': 'fetch' } });
    if (response.ok) {
      const answer = await response.json();
      show(row, answer);
      if (answer.state === 'done' || answer.state === 'failed') {
        end(row, answer);
        return;
      }
      failed = 0;
    }
  } catch {
    // the next round tries again
  }
  if (failed < PATIENCE) setTimeout(poll, 1000 * (failed + 1), row, failed);
  else say('warning', '暂时查不到后台处理的进度，处理本身不受影响；请稍后刷新页面。');
}

export function startJobs(root) {
  root.querySelectorAll('[data-progress-url]').forEach((row) => {
    if (row.dataset.progressReady) return;
    row.dataset.progressReady = 'yes';
    poll(row);
  });
}
