// Whether a results.json is what docs/results_format.md says.
import assert from 'node:assert/strict';

const kTypes = { string: 'text', number: 'number', boolean: 'truth' };

/** The rows of the documentation's tables: place → { types, always }. */
function documented(text) {
  const rows = new Map();
  for (const [, place, types, there] of text.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gm)) {
    assert.ok(!rows.has(place), `${place} is documented twice`);
    rows.set(place, { types: types.trim().split(' or '), always: there.trim() === 'always' });
  }
  return rows;
}

/** Compares both ways: what is written and not documented, or of another type; what is always there and is not. */
export function compareWithDocumentation(results, text) {
  const rows = documented(text);
  assert.ok(rows.size > 80, 'the tables were found');
  const wrong = [];
  const written = new Set();
  const walk = (place, value) => {
    const row = rows.get(place);
    if (row) written.add(place);
    if (row?.types.includes('any')) return;
    if (value !== null && typeof value === 'object') {
      const names = Object.entries(value);
      for (const [name, part] of names) {
        if (Array.isArray(value)) walk(`${place}[]`, part);
        else {
          const next = place === '' ? name : `${place}.${name}`;
          const free = [...rows.keys()].some((key) => key.startsWith(`${place}{}`));
          walk(free ? `${place}{}` : next, part);
        }
      }
      return;
    }
    const type = value === null ? 'null' : kTypes[typeof value];
    if (!row) wrong.push(`${place} is not documented`);
    else if (!row.types.includes(type)) wrong.push(`${place} is a ${type}, not a ${row.types.join(' or ')}`);
  };
  walk('', results);
  for (const [place, { always }] of rows) if (always && !written.has(place)) wrong.push(`${place} is missing`);
  assert.deepEqual(wrong, []);
  return written.size;
}
