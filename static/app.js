// 台账 in the browser: everything works without it, this makes it quicker and safer. One small module per habit.
import { startNet } from './js/net.js';
import { startMistakes } from './js/mistakes.js';
import { startForms } from './js/forms.js';
import { startDrafts } from './js/drafts.js';
import { startFiles } from './js/files.js';
import { startUploads } from './js/upload.js';
import { startJobs } from './js/jobs.js';
import { startKeys } from './js/keys.js';
import { startCharts } from './js/charts.js';
import { startFrame } from './js/frame.js';
import { startSource } from './js/source.js';
import { startChoose } from './js/choose.js';
import { startDesk } from './js/desk.js';
import { startDrafting } from './js/drafting.js';
import { startFind } from './js/find.js';

// A form that is sent is looked at, then asked about, then its words are kept: in this order.
const starts = [startFrame, startMistakes, startForms, startDrafts, startFiles, startUploads, startJobs, startCharts, startSource, startDesk, startDrafting];

startNet();
startKeys();
startChoose();
startFind();
starts.forEach((start) => start(document));
// What htmx or an upload puts into the page gets the same treatment.
document.addEventListener('htmx:load', (event) => starts.forEach((start) => start(event.detail.elt)));
