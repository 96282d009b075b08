/** Milliseconds that a Retry-After header (RFC 9110: seconds or a date) asks to wait; null when absent or malformed. */
export function retryAfter(header: string | null, now: number): number | null {
    if (header === null) return null;
    const value = header.trim();
    if (/^\d+$/.test(value)) return Number(value) * 1000;
    const date = Date.parse(value);
    return Number.isNaN(date) ? null : Math.max(0, date - now);
}
