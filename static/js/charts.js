// Charts: <script type="application/json" data-chart="id"> holds the options of the box with that id.
const COLOURS = ['#1d5a9e', '#a6192e', '#23703f', '#c07a00', '#5b3fa0', '#0b6470', '#7a8594'];

function draw(source) {
  const box = document.getElementById(source.dataset.chart);
  if (!box || !window.echarts || source.dataset.chartReady) return;
  source.dataset.chartReady = 'yes';
  // On a canvas, with the tip drawn on it too: as SVG and HTML it would write style attributes, which the policy refuses.
  const chart = window.echarts.init(box, null, { renderer: 'canvas' });
  const asked = JSON.parse(source.textContent);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  chart.setOption({
    color: COLOURS,
    animation: !calm,
    aria: { enabled: true, decal: { show: true } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    ...asked,
    tooltip: { ...asked.tooltip, renderMode: 'richText' },
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}

export function startCharts(root) {
  root.querySelectorAll('script[data-chart]').forEach(draw);
}
