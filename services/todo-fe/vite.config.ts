import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

// Relative URLs: the page works under any path prefix. Nothing is inlined: the content security policy
// allows this origin's files only.
export default defineConfig({
    base: './',
    plugins: [preact()],
    build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022' },
    server: { proxy: { '/api': process.env.API_ORIGIN ?? 'http://127.0.0.1:8002' } },
    test: { include: ['test/**/*.test.{ts,tsx}'] },
});
