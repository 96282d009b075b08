export const REFRESH_EVERY_MS = 15_000;

/**
 * Calls `refresh` when the reader comes back to the page or the network returns, and every REFRESH_EVERY_MS while the
 * page is visible; a hidden page asks for nothing. Returns how to end it.
 */
export function keepFresh(refresh: () => void): () => void {
    const whenVisible = () => {
        if (document.visibilityState === 'visible') refresh();
    };
    const timer = setInterval(whenVisible, REFRESH_EVERY_MS);
    document.addEventListener('visibilitychange', whenVisible);
    window.addEventListener('focus', whenVisible);
    window.addEventListener('online', whenVisible);
    return () => {
        clearInterval(timer);
        document.removeEventListener('visibilitychange', whenVisible);
        window.removeEventListener('focus', whenVisible);
        window.removeEventListener('online', whenVisible);
    };
}
