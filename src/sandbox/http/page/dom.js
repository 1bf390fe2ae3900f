// Builds elements. What the service or a caller says becomes text nodes and attribute values, never HTML.

/** Makes an element. A property whose name starts with "on" is a listener; null, undefined and false are left out. */
export function el(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** Makes an element of an SVG picture. */
export function svg(name, properties = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...present(children));
  return element;
}

/** Replaces what an element holds. */
export function show(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== undefined && child !== null && child !== false)
    .map((child) => (typeof child === 'number' ? String(child) : child));
}

/** Calls a function once things have been quiet for a while, in milliseconds. */
export function debounced(wait, call) {
  let timer;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Calls a function soon, and under a steady stream of reasons no more often than once in a pause, in milliseconds. */
export function paced(soon, pause, call) {
  let timer;
  let last = -Infinity;
  const ask = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      last = performance.now();
      call();
    }, Math.max(soon, last + pause - performance.now()));
  };
  ask.cancel = () => clearTimeout(timer);
  return ask;
}

/** A place of this page: `#/orders/1006`. */
export function placeOf(view, ...keys) {
  return `#/${[view, ...keys].map((part) => encodeURIComponent(part)).join('/')}`;
}
