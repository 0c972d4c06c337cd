// Chromium without a window, and what a page must never do.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const kSkipped = 77;

export function skipWithoutChromium() {
  if (existsSync(kChromium)) return;
  console.log(`skipped: there is no ${kChromium} (apt-get install chromium)`);
  process.exit(kSkipped);
}

export async function openBrowser() {
  const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((part) => `--disable-${part}`);
  return chromium.launch({ executablePath: kChromium, args: ['--no-sandbox', '--no-first-run', ...quiet] });
}

/** A page of this file that fails the test when it asks the network for anything, or complains. */
export async function openReport(browser, file, { hash = '', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const asked = [];
  const complaints = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`file://${file}${hash}`);
  if (options.javaScriptEnabled !== false) {
    await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 60_000 });
  }
  const close = async () => {
    const elsewhere = asked.filter((url) => url.split('#')[0] !== `file://${file}` && !/^(data|blob):/.test(url));
    assert.deepEqual(elsewhere, [], 'the page asked for something outside of itself');
    assert.deepEqual(complaints, [], 'the page complained');
    await context.close();
  };
  return { page, close };
}

/** Texts whose contrast with their ground is below 4.5 (3 where they are large). */
export const lowContrast = (page) =>
  page.evaluate(() => {
    const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) =>
      [r, g, b]
        .map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = numbers(getComputedStyle(at).backgroundColor);
        if (colour[3] !== 0) return colour;
      }
      return [255, 255, 255];
    };
    const found = [];
    for (const element of document.querySelectorAll('body *')) {
      const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
      if (!text || element.closest('script, noscript, .skip, .unseen') || element.checkVisibility?.() === false) continue;
      const style = getComputedStyle(element);
      const [a, b] = [light(numbers(style.color)), light(ground(element))].sort((x, y) => y - x);
      const contrast = (a + 0.05) / (b + 0.05);
      const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700);
      if (contrast < (large ? 3 : 4.5)) found.push(`${contrast.toFixed(2)}: ${element.textContent.slice(0, 40)}`);
    }
    return found;
  });

/** What can be operated or seen and says nothing to those who do not see it. */
export const withoutName = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, select, input, a, canvas[tabindex], img, [role=img], [role=region]')]
      .filter((element) => element.checkVisibility?.() !== false)
      .filter(
        (element) =>
          !(
            element.getAttribute('aria-label') ||
            element.getAttribute('alt') ||
            element.textContent.trim() ||
            element.labels?.[0]?.textContent.trim()
          ),
      )
      .map((element) => element.outerHTML.slice(0, 100)),
  );

/** What a finger cannot hit. */
export const tooSmall = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, select, input:not([type=checkbox], [type=radio])')]
      .filter((element) => element.checkVisibility?.() !== false && element.getBoundingClientRect().height < 24)
      .map((element) => element.outerHTML.slice(0, 80)),
  );

/** Runs each, tells how it went, and ends the process: 1 where one failed. `after`: what to close first. */
export async function runTests(tests, after) {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`ok      ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
  }
  await after();
  process.exit(failed === 0 ? 0 : 1);
}
