// Which files are chosen stands beside our own button: the browser's says it in its own language.
function show(input) {
  const names = input.closest('.file-box')?.querySelector('.file-names');
  if (names) names.textContent = Array.from(input.files, (file) => file.name).join('、');
}

export function startFiles(root) {
  if (root !== document) return;
  document.addEventListener('change', ({ target }) => target.type === 'file' && show(target));
  document.addEventListener('reset', ({ target }) =>
    setTimeout(() => target.querySelectorAll('input[type=file]').forEach(show)),
  );
}
