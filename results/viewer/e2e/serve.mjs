// `quorate serve` in a real browser, a campaign followed while it runs: node e2e/serve.mjs, with QUORATE_BIN naming the
// folder of quorate.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lowContrast, openBrowser, runTests, skipWithoutChromium, withoutName, tooSmall } from './browser.mjs';

skipWithoutChromium();
const scratch = mkdtempSync(path.join(tmpdir(), 'quorate-serve-'));
const folder = path.join(scratch, 'results');
const program = path.join(process.env.QUORATE_BIN, 'quorate');

function addRun(name, { r = 3, outcome = 'pass' } = {}) {
  const run = path.join(folder, name);
  mkdirSync(run, { recursive: true });
  const test = { workload: 'register', nodes: 5, n: 5, r, w: 3, 'read-mode': 'none', nemesis: ['kill'], environment: { started: '2026-11-26T09:53:35Z' } };
  writeFileSync(path.join(run, 'test.json'), JSON.stringify(test));
  const properties = [{ property: 'latest', promised: r > 2, standing: outcome === 'pass' ? 'held' : 'broken', violation_count: r }];
  const measures = { exercised: { 'ok-reads': 1234 }, staleness: { stale_share: outcome === 'pass' ? 0 : 0.25 } };
  writeFileSync(path.join(run, 'results.json'), JSON.stringify({ outcome, sentence: `this is <b>${name}</b>`, properties, measures }));
}
for (let i = 0; i < 120; ++i) addRun(`runs/many-${i}`, { r: 1 + (i % 3), outcome: i % 3 === 0 ? 'violation' : 'pass' });
addRun('runs/odd #1 100% "ä"', { r: 5 });
// Whoever wrote this report must not get at the server.
writeFileSync(
  path.join(folder, 'runs/many-7/report.html'),
  `<!doctype html><title>a report</title><h1>it ran</h1><script>
    document.title = 'scripts run'; fetch('/api/runs').then(() => document.title = 'read it', () => document.title = 'kept out');
  </script>`,
);

const server = spawn(program, ['serve', folder, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const { url } = JSON.parse(await new Promise((resolve) => server.stdout.once('data', resolve)));
let campaign = null;
const browser = await openBrowser();

async function open(hash, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(url + hash);
  await page.waitForFunction(() => document.documentElement.dataset.ready);
  const close = async () => {
    assert.deepEqual(complaints, [], `${hash} complained`);
    await context.close();
  };
  return { page, complaints, close };
}

const { page, close } = await open('');
const rows = () => page.locator('main tbody tr');
const says = (text) => page.waitForFunction((wanted) => document.querySelector('main [role=status]')?.textContent.includes(wanted), text);
const wider = () =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((e) => !e.closest('.scrolls, .skip, .unseen, noscript, thead') && e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => e.outerHTML.slice(0, 100)),
  );

const tests = {
  async 'lists the runs, a page at a time'() {
    await says('121 runs');
    assert.equal(await rows().count(), 50);
    await page.getByRole('button', { name: 'Last' }).click();
    await says('101 to 121');
    assert.equal(await rows().count(), 21);
    await page.getByRole('button', { name: 'First' }).click();
    await says('1 to 50');
    assert.equal(await page.locator('main b').count(), 0, 'texts of results are no HTML');
  },

  async 'filters by words, outcome and place, and keeps that in its address'() {
    await page.getByLabel('Words, all of which must be there').fill('r=1 many');
    await says('40 runs of 121');
    await page.getByLabel('Outcome').selectOption('violation');
    await says('40 runs of 121');
    assert.match(await page.getByLabel('Outcome').locator('option:checked').innerText(), /violation \(40\)/);
    await page.reload();
    await says('40 runs of 121');
    assert.equal(await page.getByLabel('Words, all of which must be there').inputValue(), 'r=1 many');
    await page.getByLabel('Words, all of which must be there').fill('nothing like that');
    await says('0 runs');
    await page.getByText('No run matches.').waitFor();
    await page.getByLabel('Words, all of which must be there').fill('');
    await page.getByLabel('Outcome').selectOption('');
    await says('121 runs');
  },

  async 'shows what comes while it is looked at'() {
    addRun('runs/fresh', { r: 4 });
    await says('122 runs');
    assert.match(await rows().first().innerText(), /runs\/fresh/);
  },

  async 'opens a run, whatever it is called, which cannot get at the server'() {
    await page.getByLabel('Words, all of which must be there').fill('many-7 ');
    await page.getByRole('link', { name: 'runs/many-7', exact: true }).click();
    await page.getByRole('heading', { name: 'it ran' }).waitFor();
    await page.waitForFunction(() => document.title === 'kept out');
    await page.goBack();
    await page.getByLabel('Words, all of which must be there').fill('odd');
    await says('1 run of');
    await page.getByRole('link', { name: 'runs/odd' }).click();
    await page.waitForURL(/\/report\/runs\/odd/);
    await page.waitForFunction(() => document.documentElement.dataset.ready);
    assert.match(await page.locator('h1').innerText(), /pass this is/);
    await page.goBack();
  },

  async 'compares two runs, what differs first'() {
    await page.goto(`${url}#/runs`);
    await page.getByLabel('Words, all of which must be there').fill('many-1');
    await page.getByLabel('Compare runs/many-11', { exact: true }).check();
    await page.getByLabel('Compare runs/many-12', { exact: true }).check();
    await page.getByLabel('Compare runs/many-13', { exact: true }).check();
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 2, 'the oldest gives way');
    await page.getByRole('link', { name: 'Compare them' }).click();
    await page.getByRole('heading', { name: 'Two runs side by side' }).waitFor();
    const first = page.locator('.compared').first().locator('tbody tr').first();
    assert.deepEqual(await first.locator('th, td').allInnerTexts(), ['r', '1', '2']);
    assert.match(await page.locator('.side').first().innerText(), /violation/);
    await page.getByText(/What was the same/).click();
    await page.getByRole('rowheader', { name: 'workload' }).waitFor();
    const [file] = await Promise.all([page.waitForResponse(/files\/runs\/many-12\/test.json/), page.getByRole('link', { name: 'test.json' }).first().click()]);
    assert.equal(file.headers()['content-type'], 'application/json');
    await page.goBack();
  },

  async 'follows a campaign while it runs'() {
    writeFileSync(
      path.join(scratch, 'campaign.json'),
      JSON.stringify({ name: 'live', seeds: 5, options: { nodes: 3, time: '900ms', concurrency: 4 }, axes: { r: [2, 3] }, canary: false, repeats: 0 }),
    );
    campaign = spawn(program, ['campaign', path.join(scratch, 'campaign.json'), '--out', path.join(folder, 'campaigns/live'), '--jobs', '1', '--quiet'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => campaign.once('exit', resolve));
    await page.goto(`${url}#/campaigns`);
    await page.getByRole('link', { name: 'campaigns/live' }).click();
    await page.getByText('live: runs are shown as they end').waitFor();
    const shown = async () => (await page.locator('main section').last().locator('tbody tr').count());
    const seen = new Set([await shown()]);
    let fetched = 0;
    page.on('request', (request) => (fetched += request.url().endsWith('/api/campaign/campaigns/live')));
    while (campaign.exitCode === null) {
      seen.add(await shown());
      await Promise.race([ended, page.waitForTimeout(50)]);
    }
    assert.ok(seen.size >= 3, `it was seen to grow: ${[...seen]}`);
    await page.getByText('stopped, or done').waitFor();
    await page.getByText('10 of 10 planned runs').waitFor();
    const ledger = readFileSync(path.join(folder, 'campaigns/live/runs.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(await shown(), ledger.length);
    const passed = ledger.filter((record) => record['exit-code'] === 0).length;
    assert.equal(await page.locator('[data-count=passed]').innerText(), String(passed));
    const sum = JSON.parse(readFileSync(path.join(folder, 'campaigns/live/results.json'), 'utf8'));
    await page.getByText(sum.sentence).waitFor();
    assert.ok(fetched < 30, `it asks for the sum once a second at most: ${fetched}`);
  },

  async 'goes on where the stream of events was cut'() {
    const last = page.locator('main section').last().locator('tbody tr');
    await page.context().setOffline(true);
    const ledger = path.join(folder, 'campaigns/live/runs.jsonl');
    const record = JSON.parse(readFileSync(ledger, 'utf8').trim().split('\n').at(-1));
    const add = (run) => appendFileSync(ledger, `${JSON.stringify({ ...record, run, kind: 'repeat' })}\n`);
    await page.context().setOffline(false);
    add('later-1');
    await last.getByRole('link', { name: 'later-1' }).waitFor();
    assert.equal(await last.count(), 11);
    await page.getByText('All runs of this campaign').click();
    await says('10 runs of');
  },

  async 'can be used with the keyboard alone'() {
    await page.goto(`${url}#/runs?filter=many-1`);
    await page.reload();
    await says('of 132');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the list');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    const reached = [];
    for (let i = 0; i < 5; ++i) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent));
    }
    assert.deepEqual(reached.slice(0, 3), ['filter', 'outcome', 'in']);
    assert.match(reached[3], /^Compare runs\//);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 1);
    addRun('runs/many-1-more'); // the list is drawn anew, and the focus stays where it was
    await page.waitForFunction(() => document.querySelector('main tbody').textContent.includes('many-1-more'));
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^Compare runs\//);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/report\//);
    await page.goBack();
  },

  async 'has names and contrast, in light and in dark, on every page'() {
    for (const hash of ['#/runs', '#/campaigns', '#/campaign?path=campaigns/live', '#/compare?a=runs/many-0&b=runs/many-1']) {
      await page.goto(url + hash);
      await page.waitForFunction(() => document.querySelector('main table'));
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await lowContrast(page), [], `${hash} ${colorScheme}`);
      }
      assert.deepEqual(await withoutName(page), [], hash);
      assert.equal(await page.evaluate(() => document.querySelectorAll('main').length), 1);
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(13, 17, 23)');
    await page.emulateMedia({ colorScheme: 'light' });
  },

  async 'is readable on a phone'() {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const hash of ['#/runs', '#/campaigns', '#/campaign?path=campaigns/live', '#/compare?a=runs/many-0&b=runs/many-1']) {
      await page.goto(url + hash);
      await page.waitForFunction(() => document.querySelector('main table'));
      assert.deepEqual(await wider(), [], `${hash} is wider than the screen`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    }
    assert.deepEqual(await tooSmall(page), [], 'too small for a finger');
    await page.setViewportSize({ width: 1280, height: 900 });
  },

  async 'says what is wrong'() {
    const wrong = await open('#/compare?a=runs/none&b=runs/many-1');
    assert.match(await wrong.page.getByRole('alert').innerText(), /there is no runs\/none/);
    await wrong.page.goto(`${url}#/compare?a=../x&b=y`);
    await wrong.page.getByText(/paths go down from the results folder/).waitFor();
    await wrong.page.goto(`${url}#/nothing`);
    await wrong.page.getByText('There is no page nothing.').waitFor();
    assert.ok(wrong.complaints.every((text) => /status of 40[04]/.test(text)), wrong.complaints.join('\n'));
    await wrong.page.context().close();
  },

  async 'complained about nothing'() {
    await page.goto('about:blank');
    // What was cut off on purpose, and the report that was kept out, are told on the console.
    await close().catch((error) => {
      const told = error.actual?.filter((text) => !/ERR_INTERNET_DISCONNECTED|Content Security Policy|ERR_FAILED/.test(text));
      if (!told || told.length > 0) throw error;
    });
  },
};

await runTests(tests, async () => {
  await browser.close();
  campaign?.kill('SIGINT');
  server.kill('SIGINT');
  const code = await new Promise((resolve) => (server.exitCode === null ? server.once('exit', resolve) : resolve(server.exitCode)));
  assert.equal(code, 0, 'the server ends well');
  rmSync(scratch, { recursive: true, force: true });
});
