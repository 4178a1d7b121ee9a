/** The HTML of a page: a strict content security policy, links to its bundle, and no data at all. */
import { randomBytes } from 'node:crypto';

export interface PageFiles {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly styles: readonly string[];
  /** Style sheet of the icon font, under the id that the page's controls look for. */
  readonly icons: string;
  readonly language: string;
  readonly title: string;
}

/** 128 bits that no page can guess, new for every page. */
export function createNonce(): string {
  return randomBytes(16).toString('base64url');
}

export function webviewHtml(files: PageFiles, nonce = createNonce()): string {
  const { cspSource } = files;
  const policy = [
    "default-src 'none'",
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const styles = files.styles.map((style) => `<link rel="stylesheet" href="${escape(style)}">`).join('\n');
  return `<!DOCTYPE html>
<html lang="${escape(files.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<title>${escape(files.title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escape(files.icons)}">
${styles}
</head>
<body>
<script nonce="${nonce}" src="${escape(files.script)}"></script>
</body>
</html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
