import { batch } from '@preact/signals';
import { isStatus, messageOf } from '../api/failure.ts';
import type { TodosApi } from '../api/todos.ts';
import { type Intent, without, withPlaced } from '../domain/list.ts';
import type { Todo } from '../domain/todo.ts';
import type { Notices } from './notices.ts';
import type { TodoState } from './todo_state.ts';

/**
 * Changes to-dos. Toggle and delete show immediately and are taken back, with a notice, when the server refuses; a second
 * wish about the same to-do waits for the first. Adding shows when the server has it.
 */
export function listWriter(state: TodoState, api: TodosApi, notices: Notices) {
    const settling = new Set<string>();

    /** Rejects with ApiFailure: the form shows it beside what was typed. */
    async function add(title: string): Promise<void> {
        const todo = await api.create(title);
        confirmed(todo);
        notices.announce(`Added: ${todo.title}`);
    }

    function setDone(todo: Todo, done: boolean): Promise<void> {
        return wish(todo, done ? 'done' : 'open');
    }

    function remove(todo: Todo): Promise<void> {
        return wish(todo, 'deleted');
    }

    async function wish(shown: Todo, want: Intent['want']): Promise<void> {
        const { id } = shown;
        // Not listed: it was shown by a wish that was refused, and "Try again" follows in another list.
        const listed = state.confirmed.value.find((todo) => todo.id === id);
        const known = state.intents.value.get(id)?.todo ?? listed ?? shown;
        notices.dismiss(id);
        putIntent(id, { todo: known, want });
        if (settling.has(id)) return;
        settling.add(id);
        try {
            await settle(id);
        } finally {
            settling.delete(id);
        }
    }

    /** Sends until the server agrees with the latest wish, then forgets the wish. */
    async function settle(id: string): Promise<void> {
        let sent: Intent | undefined;
        for (let intent = state.intents.value.get(id); intent; intent = state.intents.value.get(id)) {
            try {
                if (intent.want === 'deleted') {
                    await carryOutDelete(intent.todo);
                } else if (intent.todo.done === (intent.want === 'done')) {
                    dropIntent(id);
                    if (sent)
                        notices.announce(`${intent.want === 'done' ? 'Done' : 'Open again'}: ${intent.todo.title}`);
                } else {
                    sent = intent;
                    rebase(await carryOutToggle(intent));
                }
            } catch (error) {
                giveUp(intent, error);
            }
        }
    }

    /** A 412 says that the to-do changed elsewhere. "Done" is meant whatever else changed: read it and ask once more. */
    async function carryOutToggle({ todo, want }: Intent): Promise<Todo> {
        const done = want === 'done';
        try {
            return await api.setDone(todo, done);
        } catch (error) {
            if (!isStatus(error, 412)) throw error;
            const current = await api.read(todo.id);
            return current.done === done ? current : await api.setDone(current, done);
        }
    }

    async function carryOutDelete(todo: Todo): Promise<void> {
        try {
            await api.remove(todo.id);
        } catch (error) {
            // Deleted elsewhere, or our own first try whose answer was lost: gone is what was wanted.
            if (!isStatus(error, 404)) throw error;
        }
        gone(todo.id);
        notices.announce(`Deleted: ${todo.title}`);
    }

    function giveUp({ todo, want }: Intent, error: unknown): void {
        // The reader has changed their mind since: what they want now is still to be tried.
        if (state.intents.value.get(todo.id)?.want !== want) return;
        if (isStatus(error, 404)) {
            gone(todo.id);
            notices.fail({ about: todo.id, text: `“${todo.title}” was deleted somewhere else.` });
            return;
        }
        dropIntent(todo.id);
        const what = want === 'deleted' ? 'deleted' : `marked as ${want}`;
        const text = `“${todo.title}” could not be ${what}. ${messageOf(error)}`;
        notices.fail({ about: todo.id, text, retry: () => void wish(todo, want) });
    }

    /** The server has `todo`; the latest intent about it now starts from there. */
    function rebase(todo: Todo): void {
        batch(() => {
            confirmed(todo);
            const latest = state.intents.value.get(todo.id);
            if (latest) putIntent(todo.id, { ...latest, todo });
        });
    }

    function gone(id: string): void {
        state.changes.record(id, null);
        batch(() => {
            state.confirmed.value = without(state.confirmed.value, id);
            dropIntent(id);
        });
    }

    function confirmed(todo: Todo): void {
        state.changes.record(todo.id, todo);
        state.confirmed.value = withPlaced({ items: state.confirmed.value, next: state.next.value }, todo);
    }

    function putIntent(id: string, intent: Intent): void {
        state.intents.value = new Map(state.intents.value).set(id, intent);
    }

    function dropIntent(id: string): void {
        const rest = new Map(state.intents.value);
        rest.delete(id);
        state.intents.value = rest;
    }

    return { add, setDone, remove };
}
