// The report of a campaign, in a real browser: node e2e/campaign.mjs, with QUORATE_BIN naming the folder of quorate.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lowContrast, openBrowser, openReport, runTests, skipWithoutChromium, withoutName } from './browser.mjs';

skipWithoutChromium();
const scratch = mkdtempSync(path.join(tmpdir(), 'quorate-campaign-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

// r = 3 of 3 is said to break what it does not: those runs fail, each time.
writeFileSync(
  path.join(scratch, 'campaign.json'),
  JSON.stringify({
    name: 'shown',
    seeds: 2,
    options: { nodes: 3, time: '20s', 'max-operations': 400, concurrency: 4 },
    axes: { r: [2, 3], 'read-mode': ['none', 'write-back'] },
    expect: [{ where: { r: 3 }, violation: 'latest' }],
    canary: false,
    repeats: 1,
    keep: 1,
  }),
);
function campaign(folder) {
  const done = spawnSync(
    path.join(process.env.QUORATE_BIN, 'quorate'),
    ['campaign', path.join(scratch, 'campaign.json'), '--out', path.join(scratch, folder), '--quiet'],
    { encoding: 'utf8', timeout: 120_000 },
  );
  assert.equal(done.status, 1, done.stdout + done.stderr);
  assert.match(done.stdout, /report +\S+report\.html/);
}
campaign('monday');
campaign('tuesday');
const results = JSON.parse(readFileSync(path.join(scratch, 'tuesday', 'results.json'), 'utf8'));
const report = path.join(scratch, 'tuesday', 'report.html');
const browser = await openBrowser();
const { page, close } = await openReport(browser, report);
const listed = () => page.locator('#runs tbody tr').count();

const tests = {
  async 'says first how the campaign ended'() {
    assert.equal(await page.locator('h1').innerText(), `violation ${results.sentence}`);
    assert.equal(await page.locator('#failures article').count(), results.groups.length);
    assert.match(await page.locator('#failures').innerText(), /latest not found broken/);
  },
  async 'leads from a failure to the run that was kept'() {
    const link = page.locator('#failures a').first();
    const kept = path.join(scratch, 'tuesday', await link.getAttribute('href'));
    assert.ok(existsSync(kept), kept);
    const other = await openReport(browser, kept);
    assert.match(await other.page.locator('h1').innerText(), /pass/);
    await other.close();
  },
  async 'shows a cell of the matrix as its runs, and all again'() {
    assert.equal(await listed(), results.runs.passed + results.runs.failed + results.repeats.failed);
    await page.getByRole('button', { name: /r=3 read-mode=none: violation/ }).click();
    assert.equal(await page.locator('#runs tbody tr:has-text("r=3 read-mode=none")').count(), await listed());
    assert.ok((await listed()) >= 2);
    await page.getByRole('button', { name: 'All combinations' }).click();
    assert.ok((await listed()) > 4);
  },
  async 'filters by outcome and by words'() {
    await page.getByLabel('Outcome').selectOption('pass');
    assert.equal(await listed(), results.runs.passed);
    await page.getByLabel('Combination, words').fill('r=2 write-back');
    assert.equal(await listed(), 2);
    await page.getByLabel('Combination, words').fill('');
    await page.getByLabel('Outcome').selectOption('');
  },
  async 'turns the matrix'() {
    await page.getByLabel('Rows').selectOption('');
    assert.equal(await page.locator('#matrix tbody tr').count(), 1);
    await page.getByLabel('Rows').selectOption('r');
    assert.equal(await page.locator('#matrix tbody tr').count(), 2);
  },
  async 'sets it beside the campaign before'() {
    const rows = await page.locator('#trend .scrolls tbody tr').allInnerTexts();
    assert.equal(rows.length, 2);
    assert.match(rows[0], /^monday/);
    assert.match(rows[1], /^tuesday \(this\)/);
  },
  async 'is reached by the keyboard'() {
    const cell = page.getByRole('button', { name: /r=2 read-mode=none: pass/ });
    await cell.focus();
    await page.keyboard.press('Enter');
    assert.equal(await listed(), 2);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'status');
  },
  async 'has names and contrast, light and dark'() {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await lowContrast(page), [], colorScheme);
    }
    assert.deepEqual(await withoutName(page), []);
  },
  async 'fits a phone'() {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= 390); // charts follow the window
  },
};

await runTests(tests, async () => {
  await close();
  await browser.close();
});
