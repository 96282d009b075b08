import { expect, test } from 'vitest';
import { describeAge, describeDate } from '../../src/domain/age.ts';
import { retryAfter } from '../../src/domain/retry_after.ts';

const NOW = Date.parse('2025-06-15T12:00:00Z');

test.each([
    ['2025-06-15T12:00:30Z', 'just now'],
    ['2025-06-15T11:59:30Z', 'just now'],
    ['2025-06-15T11:55:00Z', '5 min ago'],
    ['2025-06-15T09:00:00Z', '3 h ago'],
    ['2025-06-14T11:00:00Z', 'yesterday'],
    ['2025-06-12T11:00:00Z', '3 days ago'],
    ['2025-05-03T12:00:00Z', '3 May 2025'],
    ['once', ''],
])('%s is shown as %j', (then, shown) => {
    expect(describeAge(then, NOW)).toBe(shown);
});

test('a date without a time is that day in every zone; other text is shown unchanged', () => {
    expect(describeDate('2025-12-03')).toBe('3 Dec 2025');
    expect(describeDate('soon')).toBe('soon');
});

test.each([
    [null, null],
    ['0', 0],
    [' 2 ', 2000],
    ['Sun, 15 Jun 2025 12:00:05 GMT', 5000],
    ['Sun, 15 Jun 2025 11:00:00 GMT', 0],
    ['later', null],
    ['-1x', null],
])('Retry-After %j is %j ms', (header, wait) => {
    expect(retryAfter(header, NOW)).toBe(wait);
});
