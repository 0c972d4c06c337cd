// Each violation with its picture and its words, and the way to its operations.
import { grouped, plain } from '../model/format';
import { type BrokenProperty, type ShownViolation, standingOf } from '../model/violations';
import { h, more, section } from './dom';

type Show = (violation: ShownViolation) => void;

const kOpen = 3; // of a property; the others are folded

export function violations(broken: BrokenProperty[], show: Show): HTMLElement | null {
  if (broken.length === 0) return null;
  return section('violations', 'Violations', ...broken.map((property) => group(property, show)));
}

function group(broken: BrokenProperty, show: Show): HTMLElement {
  const { property, promised, count, told } = broken;
  const cards = told.map((violation) => card(violation, show));
  const open = promised ? kOpen : 1;
  const folded = cards.slice(open);
  const rest = count > told.length ? ` The first ${told.length} are explained.` : '';
  return h(
    'section',
    { id: `violations-${property}`, class: 'group', 'aria-label': `Violations of ${property}` },
    h('h3', {}, `${property} `, h('span', { class: `standing ${promised ? 'broken' : 'flagged'}` }, standingOf(broken))),
    h('p', { class: 'muted' }, `${grouped(count)} found.${rest}`),
    ...cards.slice(0, open),
    folded.length ? more(`${folded.length} more of ${property}`, ...folded) : null,
  );
}

function card(shown: ShownViolation, show: Show): HTMLElement {
  const { violation, id, svg } = shown;
  const title = `${violation.anomaly}${violation.key ? ` of key ${plain(violation.key)}` : ''}`;
  const missing = violation.ops.length - shown.places.length;
  return h(
    'article',
    { id, class: 'violation', 'aria-label': `${title}, ${shown.property} ${shown.number}` },
    h('h4', {}, title, ' ', h('a', { class: 'muted', href: `#${id}` }, `${shown.property} #${shown.number}`)),
    svg ? h('div', { class: 'picture scrolls', tabindex: 0, role: 'region', 'aria-label': `Picture: ${title}` }, picture(svg, title)) : null,
    h('pre', { class: 'words', tabindex: 0 }, violation.lines.join('\n')),
    shown.places.length
      ? h('button', { type: 'button', class: 'show', onclick: () => show(shown) }, `Show ${shown.places.length === 1 ? 'its operation' : `its ${shown.places.length} operations`} in the timeline`)
      : h('p', { class: 'muted' }, 'It is about no operation of a client.'),
    missing > 0 ? h('p', { class: 'muted' }, `${missing} of its operations are not in this report.`) : null,
  );
}

// As an image: whatever a picture holds, it runs nothing and loads nothing.
function picture(svg: string, title: string): HTMLElement {
  return h('img', { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, alt: `${title}; the words below say the same`, loading: 'lazy' });
}
