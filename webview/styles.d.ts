/** Style sheets are imported for their effect: esbuild collects them into dist/webview/inspector.css. */
declare module '*.css';
