import { expect, test } from 'vitest';
import { ApiFailure } from '../../src/api/failure.ts';
import type { TodosApi } from '../../src/api/todos.ts';
import type { Todo } from '../../src/domain/todo.ts';
import type { Page } from '../../src/state/page.ts';
import { AWAY, later, lists, pageWith } from '../page_samples.ts';
import { ids, sampleTodo } from '../todo_samples.ts';

const a = sampleTodo('a');
const b = sampleTodo('b');
const c = sampleTodo('c');

const texts = (page: Page) => page.notices.shown.value.map(({ text }) => text);

async function loaded(calls: Partial<TodosApi>) {
    const page = pageWith({ ...lists({ items: [a, b], next: null }), ...calls });
    await page.load();
    return page;
}
const shownDone = (page: Page, id: string) => page.state.visible.value.find((todo) => todo.id === id)?.done;

test('a toggle shows immediately and stays if the server accepts it', async () => {
    const answer = later<Todo>();
    const page = await loaded({ setDone: () => answer.promise });
    const changing = page.setDone(a, true);
    expect(shownDone(page, 'a')).toBe(true);
    answer.resolve({ ...a, done: true, version: 2 });
    await changing;
    expect(page.state.confirmed.value[0]).toMatchObject({ done: true, version: 2 });
    expect(page.state.intents.value.size).toBe(0);
});

test('a rejected toggle is reverted, and its notice can retry', async () => {
    let refusals = 1;
    const setDone = async (todo: Todo, done: boolean) => {
        if (refusals-- > 0) throw AWAY;
        return { ...todo, done, version: 2 };
    };
    const page = await loaded({ setDone });
    await page.setDone(a, true);
    expect(shownDone(page, 'a')).toBe(false);
    expect(texts(page)).toEqual(['“Title a” could not be marked as done. Away.']);
    page.notices.shown.value[0]?.retry?.();
    await expect.poll(() => page.state.confirmed.value[0]?.done).toBe(true);
    expect(texts(page)).toEqual([]);
});

test('toggles of one to-do are sent in turn, on the latest version, up to the last state', async () => {
    const sent: [number, boolean][] = [];
    const setDone = async (todo: Todo, done: boolean) => {
        sent.push([todo.version, done]);
        return { ...todo, done, version: todo.version + 1 };
    };
    const page = await loaded({ setDone });
    await Promise.all([page.setDone(a, true), page.setDone(a, false), page.setDone(a, true), page.setDone(a, false)]);
    expect(sent).toEqual([
        [1, true],
        [2, false],
    ]);
    expect(shownDone(page, 'a')).toBe(false);
});

test('a delete during a toggle follows it, even if the toggle is rejected', async () => {
    const answer = later<Todo>();
    const removed: string[] = [];
    const page = await loaded({ setDone: () => answer.promise, remove: async (id) => void removed.push(id) });
    const toggling = page.setDone(a, true);
    await page.remove(a);
    expect(ids(page.state.visible.value)).toBe('b');
    answer.reject(AWAY);
    await toggling;
    expect(removed).toEqual(['a']);
    expect(texts(page)).toEqual([]);
});

test('after a 412 the to-do is reloaded and the change retried once with the new version', async () => {
    const versions: number[] = [];
    const setDone = async (todo: Todo, done: boolean) => {
        versions.push(todo.version);
        if (versions.length === 1) throw new ApiFailure(412, 'Changed.');
        return { ...todo, done, version: todo.version + 1 };
    };
    const page = await loaded({ setDone, read: async () => ({ ...a, title: 'New', version: 7 }) });
    await page.setDone(a, true);
    expect(versions).toEqual([1, 7]);
    expect(page.state.confirmed.value[0]).toMatchObject({ title: 'New', done: true, version: 8 });
    expect(texts(page)).toEqual([]);
});

test('a rejected delete restores the to-do', async () => {
    const page = await loaded({ remove: () => Promise.reject(AWAY) });
    const removing = page.remove(a);
    expect(ids(page.state.visible.value)).toBe('b');
    await removing;
    expect(ids(page.state.visible.value)).toBe('ab');
    expect(texts(page)).toEqual(['“Title a” could not be deleted. Away.']);
});

test('deleting a deleted to-do succeeds; toggling it says so', async () => {
    const missing = () => Promise.reject(new ApiFailure(404, 'No such to-do.'));
    const page = await loaded({ remove: missing, setDone: missing });
    await page.remove(a);
    expect(texts(page)).toEqual([]);
    await page.setDone(b, true);
    expect(texts(page)).toEqual(['“Title b” was deleted somewhere else.']);
    expect(page.state.visible.value).toEqual([]);
});

test('an added to-do is on top; a rejected one changes nothing', async () => {
    let refuse = false;
    const create = async () => {
        if (refuse) throw AWAY;
        return c;
    };
    const page = await loaded({ create });
    await page.add('c');
    expect(ids(page.state.visible.value)).toBe('cab');
    refuse = true;
    await expect(page.add('d')).rejects.toBe(AWAY);
    expect(ids(page.state.visible.value)).toBe('cab');
});

test('a rejected change can be retried from a list without the to-do', async () => {
    let refusals = 1;
    const setDone = async (todo: Todo, done: boolean) => {
        if (refusals-- > 0) throw AWAY;
        return { ...todo, done, version: 2 };
    };
    const { list } = lists({ items: [a], next: null }, { items: [], next: null });
    const page = pageWith({ list, setDone });
    await page.load();
    await page.setDone(a, true);
    await page.show('done');
    page.notices.shown.value[0]?.retry?.();
    await expect.poll(() => ids(page.state.visible.value)).toBe('a');
    expect(texts(page)).toEqual([]);
});
