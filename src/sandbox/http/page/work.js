// What the people of the warehouse do, as buttons.

import { ApiError, act, get } from './api.js';
import { ask } from './dialog.js';
import { el } from './dom.js';
import { field, titleOf } from './field.js';
import { changesWarehouse } from './exchanges.js';
import { toast } from './toast.js';

/** The snapshot that an action can be taken back by. */
const UNDO = 'undo';

export class Work {
  constructor(sandbox) {
    this.sandbox = sandbox;
  }

  find(name) {
    return this.sandbox.actions.find((action) => action.name === name);
  }

  /** The first thing to do with a row, as one small button. */
  rowButton(row, changed) {
    const action = this.find(row.actions?.[0]);
    if (action === undefined) return '';
    return el('button', {
      type: 'button', class: 'button small', title: action.doc, 'aria-label': `${titleOf(action.name)} ${row.key}`,
      onclick: (event) => {
        event.stopPropagation();
        this.start(action, row, [], changed);
      },
    }, titleOf(action.name));
  }

  /** All that can be done with a row, with what each may be told. */
  rowButtons(row, lines, changed) {
    return (row.actions ?? []).map((name) => this.find(name)).filter((action) => action !== undefined).map((action, index) => {
      const go = el('button', {
        type: 'button', class: index === 0 ? 'button primary' : 'button', title: action.doc,
        onclick: () => this.start(action, row, lines, changed),
      }, titleOf(action.name));
      if (optional(action).length === 0 || needed(action).length > 0) return go;
      const more = el('button', {
        type: 'button', class: 'button', 'aria-label': `${titleOf(action.name)} with options`, title: 'With options',
        onclick: () => this.askFor(action, row, lines, changed),
      }, '..');
      return el('span', { class: 'pair' }, go, more);
    });
  }

  /** What can be done with a table as a whole: with all of its rows, or to add one. */
  tableButtons(table, changed) {
    const buttons = [];
    for (const action of this.sandbox.actions.filter((one) => one.table === table.name)) {
      const hasKey = action.arguments.some((argument) => argument.rowKey);
      if (action.arguments.some((argument) => argument.name === 'all')) {
        const name = `${titleOf(action.name)} all`;
        buttons.push(el('button', { type: 'button', class: 'button', title: action.doc, onclick: () => this.run(action, { all: true }, name, changed).catch(sayFailure) }, name));
      } else if (!hasKey) {
        buttons.push(el('button', { type: 'button', class: 'button', title: action.doc, onclick: () => this.askFor(action, undefined, [], changed) }, `${titleOf(action.name)} ..`));
      }
    }
    return buttons;
  }

  start(action, row, lines, changed) {
    if (needed(action).length > 0) {
      this.askFor(action, row, lines, changed);
      return;
    }
    this.run(action, keyOf(action, row), `${titleOf(action.name)} ${row.key}`, changed).catch(sayFailure);
  }

  askFor(action, row, lines, changed) {
    const title = row === undefined ? titleOf(action.name) : `${titleOf(action.name)} ${row.key}`;
    const fields = [...needed(action), ...optional(action)].map((argument) => field(argument, { lines }));
    const run = (given) => this.run(action, { ...(row === undefined ? {} : keyOf(action, row)), ...given }, title, changed);
    ask({ title, doc: action.doc, fields, button: titleOf(action.name), run });
  }

  /** Does an action, and offers to take it back. */
  async run(action, given, title, changed) {
    const newest = await this.remember();
    const result = await act(action.name, given);
    const failed = result?.failed?.length ?? 0;
    const text = result?.done === undefined ? `${title}: done`
      : `${title}: ${result.done.length} done${failed > 0 ? `, ${failed} not: ${result.failed[0].error}` : ''}`;
    const offer = { name: 'Undo', run: () => this.askUndo(action, newest, changed) };
    toast(text, { isBad: failed > 0, offer: newest === undefined ? undefined : offer });
    changed?.();
  }

  /** Keeps the warehouse as it is; the id of the newest exchange in it, of which this page may not have heard yet. */
  async remember() {
    if (this.find('snapshot') === undefined) return undefined;
    await act('snapshot', { name: UNDO });
    const { exchanges } = await get('exchanges', { last: 1 });
    return exchanges.at(-1)?.id ?? 0;
  }

  /** A snapshot covers the whole warehouse: later changes are undone together with the action, so the user is asked first. */
  askUndo(action, newest, changed) {
    const since = this.sandbox.exchanges.list().filter((exchange) => exchange.id > newest && changesWarehouse(exchange));
    const others = since.length - (since.some((exchange) => exchange.name === action.name) ? 1 : 0);
    if (others === 0) {
      this.undo(changed);
      return;
    }
    const doc = `${others} more ${others === 1 ? 'change was' : 'changes were'} made since. Undo removes them too.`;
    ask({ title: 'Undo', doc, fields: [], button: 'Undo all', run: () => this.undo(changed) });
  }

  async undo(changed) {
    try {
      await act('restore', { name: UNDO });
      toast('Undone');
      changed?.();
    } catch (error) {
      sayFailure(error);
    }
  }
}

/** What an action has to be told besides the row. */
function needed(action) {
  return action.arguments.filter((argument) => argument.required && !argument.rowKey);
}

/** What it may be told. The row says whose goods it is about; `all` and lists of rows have buttons of their own. */
function optional(action) {
  return action.arguments.filter((argument) => {
    return !argument.required && !argument.rowKey && argument.kind !== 'texts' && !['goodsOwner', 'all'].includes(argument.name);
  });
}

function keyOf(action, row) {
  const argument = action.arguments.find((one) => one.rowKey && (one.required || one.kind === 'text')) ?? action.arguments.find((one) => one.rowKey);
  const given = { [argument.name]: argument.kind === 'texts' ? [row.key] : row.key };
  const hasOwner = action.arguments.some((one) => one.name === 'goodsOwner');
  return hasOwner && row.goodsOwner ? { ...given, goodsOwner: row.goodsOwner } : given;
}

function sayFailure(error) {
  toast(error instanceof ApiError ? `Not done: ${error.message}` : String(error), { isBad: true });
}
