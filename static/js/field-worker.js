// Keeps the pages where worksheets are filled in, and what they are made of, for when there is no network. The network comes first.
const NAME = 'taizhang-field';
const PAGE = /^\/inspections\/\d+\/field$/;

async function answered(request) {
  const kept = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await kept.put(request, answer.clone());
    return answer;
  } catch (lost) {
    const known = await kept.match(request, { ignoreSearch: true, ignoreVary: true });
    if (known) return known;
    throw lost;
  }
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const ours = origin === self.location.origin && event.request.method === 'GET';
  if (ours && (PAGE.test(pathname) || pathname.startsWith('/static/'))) event.respondWith(answered(event.request));
});
