import path from 'node:path';
import { freshSample } from './sampleWorkspace.ts';
import { openWorkbench } from './workbench.ts';
import { root } from './paths.ts';
const folder = '/tmp/pv/look', workspace = '/tmp/pv/look/workspace';
await freshSample(workspace);
const wb = await openWorkbench({ folder: folder + '/server', workspace, extension: root, settings: { 'workbench.colorTheme': 'Default Dark Modern' } });
const { page } = wb;
const open = async (name: string) => {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input[type=text]');
  await input.fill(name);
  await page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: name }).first().waitFor();
  await page.waitForTimeout(500);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1500);
};
try {
  await open('languageModel.py');
  await page.waitForTimeout(4000);
  await wb.screenshot('/tmp/pv/1-lens.png');
  const lens = page.locator('.codelens-decoration a').filter({ hasText: 'Preview masks' }).first();
  console.log('lenses', await page.locator('.codelens-decoration').allInnerTexts());
  await lens.click();
  const frame = await wb.webview('article.site', 20000);
  await page.waitForTimeout(1500);
  await wb.screenshot('/tmp/pv/2-preview.png');
  // latency
  await page.locator('.view-line').filter({ hasText: 'weight_p=0.2' }).first().click();
  await page.keyboard.press('Home'); 
  for (let i = 0; i < 'weight_p=0.2'.length; i++) await page.keyboard.press('ArrowRight');
  for (const digit of ['5', '1', '3', '7']) {
    const before = await frame.locator('.probability').nth(2).innerText();
    const done = frame.evaluate(`new Promise((resolve) => { const node = document.querySelectorAll('.probability')[2]; const o = new MutationObserver(() => { o.disconnect(); requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())); }); o.observe(node, { childList: true, characterData: true, subtree: true }); })`);
    const began = performance.timeOrigin + performance.now();
    await page.keyboard.press(digit);
    const at = Number(await done);
    console.log(`${before} -> ${await frame.locator('.probability').nth(2).innerText()} in ${(at - began).toFixed(0)} ms`);
    await page.waitForTimeout(500);
  }
  await wb.screenshot('/tmp/pv/3-edited.png');
  for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace');
  // hover
  await page.locator('.view-line').filter({ hasText: 'input_p=0.25' }).first().locator('span').filter({ hasText: '0.25' }).last().hover();
  await page.waitForTimeout(2500);
  await wb.screenshot('/tmp/pv/4-hover.png');
  await page.keyboard.press('Escape');
  await page.locator('.codelens-decoration a').filter({ hasText: 'Compare with defaults' }).first().click();
  await page.waitForTimeout(3000);
  await wb.screenshot('/tmp/pv/5-compare.png');
  await open('dropscope.json');
  await page.waitForTimeout(3000);
  await page.locator('.view-line').filter({ hasText: '"input_p"' }).first().locator('span').filter({ hasText: 'input_p' }).last().hover();
  await page.waitForTimeout(2500);
  await wb.screenshot('/tmp/pv/6-json.png');
  console.log('problems', wb.problems);
} catch (e) { await wb.screenshot('/tmp/pv/fail.png'); throw e; } finally { await wb.close(); }
