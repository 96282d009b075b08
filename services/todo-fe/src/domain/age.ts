const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "5 min ago", "3 h ago", "yesterday"; older than a week: the date. Empty when `then` is not a date. */
export function describeAge(then: string, now: number): string {
    const time = Date.parse(then);
    if (Number.isNaN(time)) return '';
    const age = now - time;
    if (age < MINUTE) return 'just now';
    if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
    if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
    if (age < 2 * DAY) return 'yesterday';
    if (age < 7 * DAY) return `${Math.floor(age / DAY)} days ago`;
    return describeDate(then);
}

/** A date such as "3 May 2025", in the reader's time zone; the text itself when it is not a date. */
export function describeDate(text: string): string {
    const time = Date.parse(text);
    if (Number.isNaN(time)) return text;
    // A date without a time means that day everywhere: shown in the zone it is parsed in.
    const timeZone = /^\d{4}-\d{2}-\d{2}$/.test(text) ? { timeZone: 'UTC' } : {};
    return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', ...timeZone }).format(
        time,
    );
}
