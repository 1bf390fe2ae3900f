// Asks the sandbox: every address of its admin interface stands in this file and in events.js.

/** Why the sandbox did not do what it was asked for. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { cache: 'no-store', ...options });
  } catch {
    throw new ApiError(0, 'the sandbox does not answer: is it still running?');
  }
  const text = await answer.text();
  let value;
  try {
    value = text === '' ? null : JSON.parse(text);
  } catch {
    throw new ApiError(answer.status, `the sandbox answered HTTP ${answer.status} without JSON`);
  }
  if (!answer.ok) throw new ApiError(answer.status, value?.error ?? `HTTP ${answer.status}`);
  return value;
}

/** Reads; members that are undefined, null or empty are left out of the query. */
export function get(path, query = {}) {
  const members = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(members).toString();
  return ask(`/admin/${path}${text === '' ? '' : `?${text}`}`, {});
}

/** Does an action; members that are undefined, null or empty are left out. */
export function act(action, given = {}) {
  const members = Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return ask(`/admin/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(members)),
  });
}
