// A picture of an article's stock over its last changes.

import { el, svg } from './dom.js';
import { dateTime } from './text.js';

const WIDTH = 600;
const HEIGHT = 110;
const EDGE = { left: 44, right: 10, top: 12, bottom: 22 };

/** @param levels `{ at, number }`, oldest first: the stock after each change */
export function stockChart(levels) {
  const numbers = levels.map((level) => Number(level.number));
  const most = Math.max(...numbers, 1);
  const least = Math.min(...numbers, 0);
  // One step a change: changes come in bursts, which a scale of time would draw over each other.
  const x = (index) => EDGE.left + (index / levels.length) * (WIDTH - EDGE.left - EDGE.right);
  const y = (number) => HEIGHT - EDGE.bottom - ((number - least) / (most - least)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const line = numbers.map((number, index) => `${index === 0 ? 'M' : 'V'}${index === 0 ? `${x(0)} ` : ''}${y(number)}H${x(index + 1)}`).join('');
  const text = `Stock after each of the last ${levels.length} changes: from ${numbers[0]} to ${numbers.at(-1)}, at most ${most}`;
  return el('figure', { class: 'picture' },
    svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': text, class: 'stock' },
      svg('line', { class: 'axis', x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(0), y2: y(0) }),
      svg('path', { class: 'area', d: `${line}V${y(0)}H${x(0)}Z` }),
      svg('path', { class: 'level', d: line }),
      levels.map((level, index) => svg('rect', { class: 'hit', x: x(index), y: 0, width: x(1) - x(0), height: HEIGHT },
        svg('title', {}, `${dateTime(level.at)}: ${level.number}`))),
      svg('text', { x: EDGE.left - 6, y: y(most) + 4, 'text-anchor': 'end' }, String(most)),
      most === 0 ? null : svg('text', { x: EDGE.left - 6, y: y(0) + 4, 'text-anchor': 'end' }, '0'),
      svg('text', { x: EDGE.left, y: HEIGHT - 6, class: 'when' }, dateTime(levels[0].at)),
      svg('text', { x: WIDTH - EDGE.right, y: HEIGHT - 6, 'text-anchor': 'end', class: 'when' }, dateTime(levels.at(-1).at))),
    el('figcaption', { class: 'muted' }, `Stock over the last ${levels.length} changes`));
}
