// A picture of an order's life: the steps that it has taken, and those to come.

import { el, svg } from './dom.js';
import { dateTime } from './text.js';

const STEP = 90;
const LEFT = 46;

/** @param life steps `{ title, at, done }` in order */
export function orderLife(life) {
  const width = LEFT * 2 + STEP * (life.length - 1);
  const x = (index) => LEFT + index * STEP;
  const lastDone = life.findLastIndex((step) => step.done);
  const text = life.map((step) => `${step.title}: ${step.done ? dateTime(step.at) || 'yes' : 'not yet'}`).join(', ');
  return el('figure', { class: 'picture' },
    svg('svg', { viewBox: `0 0 ${width} 72`, role: 'img', 'aria-label': text, class: 'life' },
      svg('line', { class: 'life-line', x1: x(0), x2: x(life.length - 1), y1: 30, y2: 30 }),
      lastDone > 0 ? svg('line', { class: 'life-line done', x1: x(0), x2: x(lastDone), y1: 30, y2: 30 }) : null,
      life.map((step, index) => picture(step, x(index), dateOf(life[index - 1])))));
}

/** The date is said where it differs from that of the step before. */
function picture(step, x, dateBefore) {
  const line = (y, text, name) => svg('text', { x, y, 'text-anchor': 'middle', class: name }, text);
  return svg('g', { class: step.done ? 'step done' : 'step' },
    svg('circle', { cx: x, cy: 30, r: 9 }),
    step.done ? svg('path', { d: `M${x - 4} 30l3 3 5-6`, class: 'tick' }) : null,
    line(13, step.title, 'title'),
    step.done ? line(54, dateTime(step.at).slice(11), 'when') : null,
    step.done && dateOf(step) !== dateBefore ? line(67, dateOf(step), 'when') : null);
}

function dateOf(step) {
  return dateTime(step?.at).slice(0, 10);
}
