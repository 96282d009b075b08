import { expect, test } from 'vitest';
import type { TodoPage } from '../../src/api/wire.ts';
import { AWAY, later, lists, pageWith } from '../page_samples.ts';
import { ids, sampleTodo } from '../todo_samples.ts';

const a = sampleTodo('a');
const b = sampleTodo('b');
const c = sampleTodo('c');

test('a failed load says why; loading again fixes it', async () => {
    const { list } = lists(AWAY, { items: [a], next: null });
    const page = pageWith({ list });
    await page.load();
    expect(page.state.phase.value).toBe('failed');
    expect(page.state.trouble.value).toBe('Away.');
    await page.load();
    expect(page.state.phase.value).toBe('ready');
    expect(page.state.trouble.value).toBeNull();
    expect(ids(page.state.visible.value)).toBe('a');
});

test('a failed refresh keeps the list and says that it may be stale', async () => {
    const { list } = lists({ items: [a], next: null }, AWAY);
    const page = pageWith({ list });
    await page.load();
    await page.refresh();
    expect(page.state.phase.value).toBe('ready');
    expect(page.state.trouble.value).toBe('Away.');
    expect(ids(page.state.visible.value)).toBe('a');
});

test('further pages are appended and reloaded by a refresh', async () => {
    const first = Array.from({ length: 50 }, (_, i) => sampleTodo(`${i},`));
    const { list, queries } = lists(
        { items: first, next: '1' },
        { items: [a], next: '2' },
        { items: first, next: '1' },
        { items: [a, b], next: null },
    );
    const page = pageWith({ list });
    await page.load();
    expect(await page.loadMore()).toBe('a');
    await page.refresh();
    expect(ids(page.state.visible.value).slice(-3)).toBe(',ab');
    expect(page.state.next.value).toBeNull();
    expect(queries.map(({ cursor }) => cursor ?? '')).toEqual(['', '1', '', '1']);
});

test('another filter shows known to-dos immediately, and aborts the previous read', async () => {
    const slow = later<TodoPage>();
    const signals: (AbortSignal | undefined)[] = [];
    const done = sampleTodo('d', { done: true });
    const answers = [Promise.resolve({ items: [a, done], next: null }), slow.promise];
    const page = pageWith({
        list: ({ signal }) => {
            signals.push(signal);
            return answers.shift() ?? Promise.resolve({ items: [done, c], next: null });
        },
    });
    await page.load();
    const refreshing = page.refresh();
    const showing = page.show('done');
    expect(ids(page.state.visible.value)).toBe('d');
    expect(signals[1]?.aborted).toBe(true);
    slow.reject(new Error('aborted'));
    await Promise.all([refreshing, showing]);
    expect(page.state.trouble.value).toBeNull();
});

test('a response older than a confirmed change is reloaded', async () => {
    const old = later<TodoPage>();
    const answers = [Promise.resolve({ items: [a], next: null }), old.promise];
    const page = pageWith({
        list: () => answers.shift() ?? Promise.resolve({ items: [b, a], next: null }),
        create: async () => b,
    });
    await page.load();
    const refreshing = page.refresh();
    await page.add('b');
    old.resolve({ items: [a], next: null });
    await refreshing;
    expect(ids(page.state.visible.value)).toBe('ba');
});

test('changes made elsewhere are announced, but only if there are any', async () => {
    const { list } = lists({ items: [a], next: null }, { items: [a], next: null }, { items: [b, a], next: null });
    const page = pageWith({ list });
    await page.load();
    await page.refresh();
    expect(page.notices.announcement.value).toBe('');
    await page.refresh();
    expect(page.notices.announcement.value).toBe('The list was updated.');
});
