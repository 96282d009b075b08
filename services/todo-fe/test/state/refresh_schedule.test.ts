// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepFresh, REFRESH_EVERY_MS } from '../../src/state/refresh_schedule.ts';

const refresh = vi.fn();
let end: () => void;

function visibility(state: DocumentVisibilityState): void {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
}

beforeEach(() => {
    vi.useFakeTimers();
    refresh.mockClear();
    end = keepFresh(refresh);
});
afterEach(() => {
    end();
    vi.useRealTimers();
    vi.restoreAllMocks();
});

test('a visible page refreshes at its interval, a hidden one does not', () => {
    visibility('visible');
    vi.advanceTimersByTime(2 * REFRESH_EVERY_MS);
    expect(refresh).toHaveBeenCalledTimes(2);
    visibility('hidden');
    vi.advanceTimersByTime(2 * REFRESH_EVERY_MS);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(refresh).toHaveBeenCalledTimes(2);
});

test.each([
    ['visibilitychange', () => document],
    ['focus', () => window],
    ['online', () => window],
])('%s refreshes immediately, until the schedule ends', (name, target) => {
    visibility('visible');
    target().dispatchEvent(new Event(name));
    expect(refresh).toHaveBeenCalledTimes(1);
    end();
    target().dispatchEvent(new Event(name));
    vi.advanceTimersByTime(REFRESH_EVERY_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
});
