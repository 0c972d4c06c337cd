// The report of a failing run, in a real browser: node e2e/report.mjs, with QUORATE_BIN naming the folder of quorate.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareWithDocumentation } from './results_format.mjs';
import { lowContrast, openBrowser, openReport, runTests, skipWithoutChromium, withoutName, tooSmall } from './browser.mjs';

const kMostBytes = 6e6;
const kMostMillisecondsUntilUsable = 20_000; // of a busy machine; the aim is 3 s

const scratch = mkdtempSync(path.join(tmpdir(), 'quorate-report-'));
const folder = path.join(scratch, 'run');
const report = path.join(folder, 'report.html');

function quorate(...args) {
  const done = spawnSync(path.join(process.env.QUORATE_BIN, 'quorate'), args, { encoding: 'utf8', timeout: 120_000 });
  assert.equal(done.error, undefined, `quorate ${args[0]}: ${done.error}`);
  return done;
}

// Quorums that need not meet, a partition, and the promise that they cannot keep.
function failingRun() {
  for (let seed = 1; seed <= 4; ++seed) {
    rmSync(folder, { recursive: true, force: true });
    const run = quorate(
      'run', '--r', '2', '--w', '2', '--read-mode', 'none', '--durability', 'none', '--nemesis', 'partition:halves', '--property', 'latest',
      '--time', '5', '--seed', String(seed), '--out', folder, '--quiet',
    );
    if (run.status !== 1) continue;
    assert.match(run.stdout, new RegExp(`report +${report}\n`), 'the run names its report');
    return JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8'));
  }
  return assert.fail('no seed broke the promise');
}

const results = failingRun();
const format = readFileSync(path.join(process.env.QUORATE_SOURCE, 'docs', 'results_format.md'), 'utf8');
console.log(`ok      results.json is as documented, in ${compareWithDocumentation(results, format)} places`);
skipWithoutChromium();
const browser = await openBrowser();
const { page, close } = await openReport(browser, report);
const canvas = page.getByRole('application', { name: 'Timeline of operations' });
const status = page.locator('#timeline [role=status]');

const seen = async () => {
  const [from, to] = await canvas.evaluate((c) => [Number(c.dataset.from), Number(c.dataset.to)]);
  return { from, to, length: to - from };
};
// The table follows the timeline after a moment.
const rows = async (column) => {
  await page.waitForFunction(() => !document.querySelector('#timeline [data-stale]'));
  return page.locator(`#timeline tbody tr td:nth-child(${column})`).allTextContents();
};
const pixels = (colour) =>
  canvas.evaluate(async (c, name) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const wanted = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) ++count;
    return count;
  }, colour);

const tests = {
  async 'is one small file that is usable soon'() {
    assert.ok(statSync(report).size < kMostBytes, `${statSync(report).size} bytes`);
    const ready = Number(await page.evaluate(() => document.documentElement.dataset.ready));
    assert.ok(ready < kMostMillisecondsUntilUsable, `${ready} ms`);
    console.log(`  ${statSync(report).size} bytes, usable after ${ready} ms`);
  },

  async 'says the verdict first, in a sentence'() {
    const first = page.locator('h1, h2').first();
    assert.equal(await first.innerText(), `violation ${results.sentence}`);
    assert.match(await page.title(), /^violation: run – Quorate$/);
    const top = await first.boundingBox();
    assert.ok(top.y < 100, 'it is seen without scrolling');
  },

  async 'tells each promised property, and what was only measured'() {
    const promised = page.getByRole('table', { name: 'Promised properties' });
    for (const { property, standing } of results.properties.filter((p) => p.promised)) {
      assert.equal(await promised.getByRole('row', { name: `${property} ${standing}` }).count(), 1, property);
    }
    const flagged = results.properties.filter((p) => !p.promised && p.standing === 'broken');
    assert.equal(await page.locator('.standing.flagged', { hasText: 'as expected' }).count(), flagged.length);
  },

  async 'draws operations and faults'() {
    for (const name of ['read', 'write', 'fault', 'bad']) assert.ok((await pixels(name)) > 20, `nothing is drawn as ${name}`);
  },

  async 'zooms and moves by keys, buttons, wheel and drag'() {
    await canvas.focus();
    const whole = await seen();
    await page.keyboard.press('+');
    assert.ok(Math.abs((await seen()).length - whole.length / 2) < 2);
    const before = await seen();
    await page.keyboard.press('ArrowRight');
    assert.ok((await seen()).from > before.from);
    await page.keyboard.press('0');
    assert.deepEqual(await seen(), whole);
    await page.getByRole('button', { name: 'Look closer' }).click();
    assert.ok((await seen()).length < whole.length * 0.6);
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    const near = await seen();
    assert.ok(near.length < whole.length * 0.2, 'the wheel zooms');
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 100, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    assert.ok((await seen()).from > near.from, 'dragging to the left shows what is later');
    for (let i = 0; i < 40; ++i) await page.keyboard.press('+');
    assert.ok(Math.abs((await seen()).length - 1000) <= 1, 'no closer than a microsecond'); // both ends are rounded
    await page.getByRole('button', { name: 'Whole run' }).click();
    assert.deepEqual(await seen(), whole);
  },

  async 'filters by key, process, node, type and outcome'() {
    const only = async (label, value, column, fewer = true) => {
      await page.getByRole('button', { name: 'Show all' }).click();
      await rows(column);
      const before = await page.locator('#timeline summary').innerText();
      await page.getByLabel(label, { exact: true }).selectOption(value);
      const found = await rows(column);
      assert.ok(found.length > 0, `${label} ${value}`);
      assert.equal((await page.locator('#timeline summary').innerText()) !== before, fewer, `${label} ${value}`);
      return [...new Set(found)];
    };
    const history = readFileSync(path.join(folder, 'history.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const someFailed = history.some((event) => typeof event.process === 'number' && ['fail', 'info'].includes(event.type));
    assert.deepEqual(await only('Key', { label: 'k2' }, 5), ['k2']);
    assert.deepEqual(await only('Process', '3', 2), ['p3']);
    assert.deepEqual(await only('Node', { label: 'n4' }, 3), ['n4']);
    assert.deepEqual(await only('Type', 'write', 4), ['write']);
    assert.deepEqual(await only('Outcome', 'ok', 7, someFailed), ['ok']);
    await page.getByLabel('Type', { exact: true }).selectOption('write');
    assert.equal(await pixels('read'), 0, 'what was filtered out is still drawn');
    await page.getByLabel('nodes', { exact: true }).check();
    assert.ok((await pixels('write')) > 20);
    await page.getByLabel('processes', { exact: true }).check();
    await page.getByRole('button', { name: 'Show all' }).click();
  },

  async 'leads from a violation to its operations'() {
    const [violation] = results.properties.find((p) => p.property === 'latest').violations;
    const card = page.locator('#latest-1');
    assert.match(await card.locator('pre').innerText(), /stale read/);
    const picture = card.getByRole('img');
    await picture.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector('#latest-1 img').naturalWidth > 0);
    await card.getByRole('button', { name: /in the timeline/ }).click();
    const shown = (await rows(1)).map((text) => Number(text.replace(/\D/g, '')));
    assert.deepEqual(shown, violation.ops);
    assert.match(await status.innerText(), /stale read/);
    const whole = results.measures.timing['total-s'] * 1e9;
    assert.ok((await seen()).length < whole * 0.6, 'it looks closer'); // a partition lasts about a fifth of the run
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Timeline of operations');
    await page.keyboard.press('Escape');
    assert.equal(await status.innerText(), '');
  },

  async 'tells about an operation that is clicked, or stepped to'() {
    await canvas.focus();
    await page.keyboard.press('v');
    assert.match(await status.innerText(), /operation #/);
    const first = await status.innerText();
    await page.keyboard.press('n');
    assert.notEqual(await status.innerText(), first);
    await page.keyboard.press('Escape');
    await page.locator('#timeline tbody button').nth(3).click();
    assert.match(await status.innerText(), /operation #3$/);
    await page.keyboard.press('Escape');
    await canvas.scrollIntoViewIfNeeded();
    await canvas.evaluate((c) => c.scrollIntoView({ block: 'center' }));
    const box = await canvas.boundingBox();
    let told = '';
    for (let i = 1; i < 20 && told === ''; ++i) {
      await page.mouse.click(box.x + (box.width * i) / 20, box.y + box.height * 0.35); // between operations is nothing
      told = await status.innerText();
    }
    assert.match(told, /process \d+/);
    await canvas.focus();
    await page.keyboard.press('Escape');
  },

  async 'draws every chart'() {
    for (const id of ['measures', 'staleness']) {
      for (const plot of await page.locator(`#${id} .plot`).all()) {
        await plot.scrollIntoViewIfNeeded();
        await plot.locator('canvas').waitFor();
        const drawn = await plot.locator('canvas').evaluate((c) =>
          c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((value) => value !== 0),
        );
        assert.ok(drawn, await plot.getAttribute('aria-label'));
      }
    }
    assert.ok((await page.locator('.plot canvas').count()) >= 5);
  },

  async 'tells what the harness cost, from what was measured'() {
    const cost = results.measures.harness;
    assert.ok(cost['cpu-share'] > 0 && cost['peak-memory-bytes'] > 1e6 && cost['loop-delay'].samples > 10);
    const text = await page.locator('#cost').innerText();
    assert.match(text, new RegExp(`${(100 * cost['cpu-share']).toFixed(1)}.% of one processor`));
    assert.match(text, /peak memory\s+[\d.]+.MiB/);
  },

  async 'can be used with the keyboard alone'() {
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.ready);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the report');
    const reached = new Set();
    for (let i = 0; i < 200; ++i) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(() => {
        const at = document.activeElement;
        return at.getAttribute('aria-label') ?? at.textContent;
      });
      reached.add(name);
      if (name === 'Timeline of operations') break;
    }
    const { length } = results.properties.find((p) => p.property === 'latest').violations[0].ops;
    for (const name of ['Configuration', `Show its ${length} operations in the timeline`, 'Key', 'Outcome', 'Look closer', 'Timeline of operations']) {
      assert.ok(reached.has(name), `${name} is not reached with Tab: ${[...reached].join(', ')}`);
    }
  },

  async 'has names and contrast, in light and in dark'() {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await lowContrast(page), [], colorScheme);
      assert.ok((await pixels('read')) > 20, `the canvas is not drawn anew for ${colorScheme}`);
    }
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(dark, 'rgb(13, 17, 23)');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(await withoutName(page), []);
    assert.deepEqual(
      await page.evaluate(() => [document.querySelectorAll('h1').length, document.querySelectorAll('main').length, document.documentElement.lang]),
      [1, 1, 'en'],
    );
  },

  async 'is readable on a phone'() {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= 390); // charts follow the window
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((e) => !e.closest('.scrolls, pre, nav, .skip, noscript, script, .unseen') && e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => e.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(wide, [], 'wider than the screen');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    assert.deepEqual(await tooSmall(page), [], 'too small for a finger');
    assert.ok((await pixels('read')) > 20);
    await page.setViewportSize({ width: 1280, height: 900 });
  },

  async 'asked the network for nothing'() {
    await close();
  },

  async 'opens at the violation that its address names'() {
    const { violations } = results.properties.find((p) => p.property === 'latest');
    const last = `latest-${violations.length}`; // folded at first
    const { page: linked, close: closeLinked } = await openReport(browser, report, { hash: `#${last}` });
    await linked.waitForFunction((id) => {
      const { top } = document.getElementById(id)?.getBoundingClientRect() ?? { top: -1 };
      return top >= 0 && top < innerHeight;
    }, last);
    await closeLinked();
  },

  async 'tells the verdict without JavaScript'() {
    const plain = await openReport(browser, report, { javaScriptEnabled: false });
    assert.match(await plain.page.locator('noscript').innerText(), new RegExp(`## violation: ${results.sentence}`));
    await plain.close();
  },

  async 'says of a run that did not finish that it did not'() {
    rmSync(path.join(folder, 'results.json'));
    const written = quorate('report', folder);
    writeFileSync(path.join(folder, 'results.json'), JSON.stringify(results));
    assert.equal(written.status, 0, written.stderr);
    const unfinished = await openReport(browser, report);
    assert.match(await unfinished.page.locator('h1').innerText(), /^unfinished/);
    assert.match(await unfinished.page.locator('.notice').innerText(), /did not finish/);
    await unfinished.close();
  },

  async 'comes in other forms for pipes'() {
    const text = (format) => {
      const done = quorate('report', folder, '--format', format);
      assert.equal(done.status, 0, done.stderr);
      return done.stdout;
    };
    assert.match(text('md'), new RegExp(`^## violation: ${results.sentence}\n`));
    assert.deepEqual(JSON.parse(text('json')).results, results);
    const svg = await browser.newPage();
    await svg.setContent(`<img src="data:image/svg+xml,${encodeURIComponent(text('svg'))}">`);
    await svg.waitForFunction(() => document.querySelector('img').complete);
    assert.equal(await svg.evaluate(() => document.querySelector('img').naturalWidth), 960);
    await svg.close();
    writeFileSync(path.join(scratch, 'junit.xml'), text('junit'));
    const read = spawnSync('/usr/bin/python3', ['-B', path.join(import.meta.dirname ?? 'e2e', 'read_junit.py'), path.join(scratch, 'junit.xml')], { encoding: 'utf8' });
    assert.equal(read.status, 0, read.stderr);
    const { cases, told, counted } = JSON.parse(read.stdout);
    assert.deepEqual(told, counted, 'the counts that the file tells are those of its cases');
    assert.equal(cases.run, 'failure');
    assert.equal(cases.latest, 'failure');
    assert.equal(cases['no-dirty-read'], 'passed');
    assert.equal(Object.keys(cases).length, results.properties.length + 1);
  },

  async 'is refused for what is no run'() {
    const done = quorate('report', scratch);
    assert.equal(done.status, 254);
    assert.match(done.stderr, /is not a run folder: it has no test.json/);
    assert.equal(quorate('report', folder, '--format', 'pdf').status, 254);
  },
};

await runTests(tests, async () => {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
});
