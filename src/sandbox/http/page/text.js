// How times, numbers and outcomes are written.

/** 14:03:59.120, in the reader's own time zone. */
export function clockTime(time) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  const two = (number) => String(number).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

/** 2026-11-25 14:03, as the warehouse writes it; nothing for the .NET date that means none. */
export function dateTime(time) {
  if (typeof time !== 'string' || time === '' || time.startsWith('0001-')) return '';
  return time.replace('T', ' ').replace(/(:\d\d):\d\d.*$/, '$1');
}

export function duration(milliseconds) {
  if (milliseconds === undefined || milliseconds === null) return '';
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 10 ? `${Math.round(milliseconds)} ms` : `${Number(milliseconds).toFixed(1)} ms`;
}

export function bytes(count) {
  if (count < 1024) return `${count} B`;
  return count < 1024 * 1024 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

/** What an exchange came to, and what that means. */
export const OUTCOMES = {
  running: { name: 'running', doc: 'The answer is still to come.' },
  done: { name: 'done', doc: 'The sandbox carried it out.' },
  refused: { name: 'refused', doc: 'The sandbox refused it, as the service would.' },
  fault: { name: 'fault', doc: 'The answer is a SOAP fault.' },
  invalid: { name: 'invalid', doc: 'The request could not be read.' },
  disturbed: { name: 'disturbed', doc: 'Not carried out because of a disturbance.' },
};

export function outcomeName(outcome) {
  return OUTCOMES[outcome]?.name ?? String(outcome);
}
