import { expect, test } from 'vitest';
import { newNotices } from '../../src/state/notices.ts';

test('a newer notice about the same thing replaces the older; the oldest are dropped', () => {
    const notices = newNotices();
    for (const about of ['a', 'b', 'a', 'c', 'd']) notices.fail({ about, text: about });
    expect(notices.shown.value.map(({ about }) => about)).toEqual(['a', 'c', 'd']);
    notices.dismiss('c');
    notices.dismiss('never shown');
    expect(notices.shown.value.map(({ about }) => about)).toEqual(['a', 'd']);
});

test('a repeated announcement is still a change', () => {
    const notices = newNotices();
    notices.announce('Done');
    const first = notices.announcement.value;
    notices.announce('Done');
    expect(notices.announcement.value).not.toBe(first);
    expect(notices.announcement.value.trim()).toBe('Done');
});
