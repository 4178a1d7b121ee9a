/** The variables and body classes that VS Code gives a webview in its four kinds of theme, as far as the page reads them. */

export type ThemeName = 'dark' | 'light' | 'hc-dark' | 'hc-light';

const variables: Record<ThemeName, Record<string, string>> = {
  dark: {
    'editor-background': '#1f1f1f',
    foreground: '#cccccc',
    'panel-border': '#2f2f2f',
    focusBorder: '#0078d4',
    'icon-foreground': '#cccccc',
    'list-hoverBackground': '#2a2d2e',
    'list-inactiveSelectionBackground': '#37373d',
    'toolbar-hoverBackground': '#3a3d3e',
    'button-background': '#0078d4',
    'button-foreground': '#ffffff',
    'charts-red': '#f14c4c',
    'charts-green': '#89d185',
    'charts-yellow': '#cca700',
    'textLink-foreground': '#4daafc',
  },
  light: {
    'editor-background': '#ffffff',
    foreground: '#3b3b3b',
    'panel-border': '#e5e5e5',
    focusBorder: '#005fb8',
    'icon-foreground': '#3b3b3b',
    'list-hoverBackground': '#f2f2f2',
    'list-inactiveSelectionBackground': '#e4e6f1',
    'toolbar-hoverBackground': '#e9e9e9',
    'button-background': '#005fb8',
    'button-foreground': '#ffffff',
    'charts-red': '#e51400',
    'charts-green': '#388a34',
    'charts-yellow': '#bf8803',
    'textLink-foreground': '#005fb8',
  },
  'hc-dark': {
    'editor-background': '#000000',
    foreground: '#ffffff',
    'panel-border': '#6fc3df',
    contrastBorder: '#6fc3df',
    focusBorder: '#f38518',
    'icon-foreground': '#ffffff',
    'button-background': '#000000',
    'button-foreground': '#ffffff',
    'button-border': '#6fc3df',
    'charts-red': '#f48771',
    'charts-green': '#89d185',
    'charts-yellow': '#ffd370',
    'textLink-foreground': '#21a6ff',
  },
  'hc-light': {
    'editor-background': '#ffffff',
    foreground: '#292929',
    'panel-border': '#0f4a85',
    contrastBorder: '#0f4a85',
    focusBorder: '#006bbd',
    'icon-foreground': '#292929',
    'button-background': '#ffffff',
    'button-foreground': '#292929',
    'button-border': '#0f4a85',
    'charts-red': '#b5200d',
    'charts-green': '#374e06',
    'charts-yellow': '#895503',
    'textLink-foreground': '#0f4a85',
  },
};

const classes: Record<ThemeName, string> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast vscode-high-contrast-light',
};

function script(name: ThemeName): string {
  const values = {
    'font-family': '"Segoe WPC", "Segoe UI", "Liberation Sans", system-ui, sans-serif',
    'font-size': '13px',
    'editor-font-family': 'Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
    ...variables[name],
  };
  return `(() => {
    const apply = () => {
      for (const [key, value] of Object.entries(${JSON.stringify(values)})) document.documentElement.style.setProperty('--vscode-' + key, value);
      document.body.className = ${JSON.stringify(classes[name])};
    };
    if (document.body) apply();
    else new MutationObserver((_, observer) => { if (document.body) { observer.disconnect(); apply(); } }).observe(document, { childList: true, subtree: true });
  })();`;
}

/** For each theme a script that gives it to the page, before it loads or later. */
export const themes: Readonly<Record<ThemeName, { readonly apply: string }>> = {
  dark: { apply: script('dark') },
  light: { apply: script('light') },
  'hc-dark': { apply: script('hc-dark') },
  'hc-light': { apply: script('hc-light') },
};
