import { describe, expect, test } from 'vitest';
import {
    describeCounts,
    type Intents,
    looksEqual,
    neighbourOf,
    visibleTodos,
    withAppended,
    withPlaced,
} from '../../src/domain/list.ts';
import { type Filter, filterFromHash, type Todo } from '../../src/domain/todo.ts';
import { ids, sampleTodo } from '../todo_samples.ts';

const a = sampleTodo('a');
const b = sampleTodo('b', { done: true });
const c = sampleTodo('c');

const visible = (items: Todo[], intents: Intents, filter: Filter) =>
    visibleTodos({ items, next: null }, intents, filter);

describe('the visible list', () => {
    test('is filtered', () => {
        expect(ids(visible([a, b, c], new Map(), 'all'))).toBe('abc');
        expect(ids(visible([a, b, c], new Map(), 'open'))).toBe('ac');
        expect(ids(visible([a, b, c], new Map(), 'done'))).toBe('b');
    });
    test('has intents applied', () => {
        const intents = new Map([
            ['a', { todo: a, want: 'done' } as const],
            ['c', { todo: c, want: 'deleted' } as const],
        ]);
        expect(visible([a, b, c], intents, 'all')).toEqual([{ ...a, done: true }, b]);
        expect(ids(visible([a, b, c], intents, 'open'))).toBe('');
    });
});

describe('a confirmed to-do is placed', () => {
    const [first, third] = [sampleTodo('9'), sampleTodo('5')];
    const placed = (id: string, next: string | null) =>
        ids(withPlaced({ items: [first, third], next }, sampleTodo(id)));
    test('where its id belongs, newest first', () => {
        expect(placed('x', null)).toBe('x95');
        expect(placed('7', null)).toBe('975');
        expect(placed('1', null)).toBe('951');
    });
    test('not beyond the loaded pages', () => {
        expect(placed('7', 'more')).toBe('975');
        expect(placed('1', 'more')).toBe('95');
    });
    test('in place of its older version', () => {
        const items = withPlaced({ items: [first, third], next: null }, { ...third, version: 2 });
        expect(items.map(({ id, version }) => `${id}${version}`)).toEqual(['91', '52']);
    });
});

test('a page is appended without duplicates', () => {
    expect(ids(withAppended([a, b], [b, c]))).toBe('abc');
});

test('lists are equal if ids and versions match', () => {
    expect(looksEqual([a, b], [{ ...a }, b])).toBe(true);
    expect(looksEqual([a, b], [a, { ...b, version: 2 }])).toBe(false);
    expect(looksEqual([a, b], [b, a])).toBe(false);
    expect(looksEqual([a, b], [a])).toBe(false);
});

test.each([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'b'],
])('the focus goes from %s to %s', (from, to) => {
    expect(neighbourOf([a, b, c], from)).toBe(to);
});

test('the last row has no neighbour', () => {
    expect(neighbourOf([a], 'a')).toBeNull();
});

test('counts have the right noun', () => {
    expect(describeCounts([a, b, c], 'all', false)).toBe('2 open, 1 done');
    expect(describeCounts([a, b, c], 'all', true)).toBe('Newest 3: 2 open, 1 done');
    expect(describeCounts([a, c], 'open', true)).toBe('2+ open');
    expect(describeCounts([], 'done', false)).toBe('0 done');
});

test.each([
    ['', 'all'],
    ['#all', 'all'],
    ['#open', 'open'],
    ['#done', 'done'],
    ['#anything', 'all'],
])('the hash %j names the filter %s', (hash, filter) => {
    expect(filterFromHash(hash)).toBe(filter);
});
