import { describe, expect, test } from 'vitest';
import { describeCounts, looksEqual, neighbourOf, visibleTodos, withAppended } from '../../src/domain/list.ts';
import { filterFromHash } from '../../src/domain/todo.ts';
import { ids, sampleTodo } from '../todo_samples.ts';

const a = sampleTodo('a');
const b = sampleTodo('b', { done: true });
const c = sampleTodo('c');

describe('what is visible', () => {
    test('is filtered', () => {
        expect(ids(visibleTodos([a, b, c], new Map(), 'all'))).toBe('abc');
        expect(ids(visibleTodos([a, b, c], new Map(), 'open'))).toBe('ac');
        expect(ids(visibleTodos([a, b, c], new Map(), 'done'))).toBe('b');
    });
    test('has intents carried out', () => {
        const intents = new Map([
            ['a', { todo: a, want: 'done' } as const],
            ['c', { todo: c, want: 'deleted' } as const],
        ]);
        expect(visibleTodos([a, b, c], intents, 'all')).toEqual([{ ...a, done: true }, b]);
        expect(ids(visibleTodos([a, b, c], intents, 'open'))).toBe('');
    });
});

test('a page is appended without what is there already', () => {
    expect(ids(withAppended([a, b], [b, c]))).toBe('abc');
});

test('lists look equal when ids and versions agree', () => {
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

test('counts say what was counted', () => {
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
