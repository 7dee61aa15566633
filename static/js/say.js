// Say something to the person: an alert at the top of the page, never silence.
const LOOK = {
  success: ['check-circle-fill', '成功'],
  warning: ['exclamation-triangle-fill', '注意'],
  danger: ['x-octagon-fill', '未成功'],
  info: ['info-circle-fill', '提示'],
};

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

// Text with its dates and times kept on one line, as the filter `dated` does on the server.
const DATE = /((?:\d{4}年)?\d{1,2}月\d{1,2}日(?: ?\d{1,2}:\d{2})?|\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2})?|\d{1,2}:\d{2}(?::\d{2})?)/;

export function dated(text) {
  const whole = document.createDocumentFragment();
  text.split(DATE).forEach((piece, index) => whole.append(index % 2 ? make('time', {}, piece) : piece));
  return whole;
}

export function icon(name) {
  return make('i', { class: `bi bi-${name}`, 'aria-hidden': 'true' });
}

export function say(kind, text, ...buttons) {
  const [shape, word] = LOOK[kind];
  const close = make('button', { type: 'button', class: 'btn-close ms-auto', 'aria-label': '关闭' });
  const box = make(
    'div',
    { class: `alert alert-${kind} d-flex gap-2`, role: kind === 'danger' ? 'alert' : 'status' },
    icon(shape),
    make('div', {}, make('strong', {}, `${word}：`), dated(text), ' ', ...buttons),
    close,
  );
  close.addEventListener('click', () => box.remove());
  const place = document.getElementById('messages') || document.body;
  place.append(box);
  box.scrollIntoView({ block: 'nearest' });
  return box;
}

const SENTENCES = {
  0: '网络不通或服务没有响应，刚才的操作没有确认；请检查网络后重试。',
  401: '登录已失效，请重新登录；您填写的内容保留在本机草稿里。',
  403: '您没有这个功能的权限，或页面已过期；请刷新页面后重试。',
  404: '没有找到您要的内容，可能已被移走，或者您无权查看。',
  409: '此件已由他人处理，请刷新页面后再办。',
  413: '上传的内容超过大小上限，请压缩或拆分后再上传。',
  429: '操作太频繁，请稍等一分钟再试。',
};
const UNKNOWN = '系统出了错误，刚才的操作没有保存；请稍后重试，若仍不行请告诉系统管理员。';

// The server's own sentence if it sent one, else ours for the status.
export function refusal(status, body) {
  const page = new DOMParser().parseFromString(body || '', 'text/html');
  const found = page.querySelector('[data-refusal]');
  const plain = body && !body.includes('<') && body.length < 300 ? body : '';
  const text = found ? found.textContent.replace(/\s+/g, ' ').trim() : plain;
  return text || SENTENCES[status] || UNKNOWN;
}
