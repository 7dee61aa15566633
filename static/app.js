// 台账 in the browser: everything works without it, this makes it quicker and safer. One small module per habit.
import { startNet } from './js/net.js';
import { startForms } from './js/forms.js';
import { startDrafts } from './js/drafts.js';
import { startUploads } from './js/upload.js';
import { startJobs } from './js/jobs.js';
import { startKeys } from './js/keys.js';
import { startCharts } from './js/charts.js';
import { startFrame } from './js/frame.js';
import { startSource } from './js/source.js';

const starts = [startFrame, startDrafts, startForms, startUploads, startJobs, startCharts, startSource];

startNet();
startKeys();
starts.forEach((start) => start(document));
// What htmx or an upload puts into the page gets the same treatment.
document.addEventListener('htmx:load', (event) => starts.forEach((start) => start(event.detail.elt)));
