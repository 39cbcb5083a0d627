// Puts it together: what is drawn when something changes, and the keys of the whole page.

function fillCrumbs() {
  const trail = [];
  for (let each = state.zoom; each; each = each.parent) trail.unshift(each);
  const entries = trail.map((folder, at) => {
    const href = writeRoute({ zoom: folder, selected: null, line: 0 });
    const here = at === trail.length - 1;
    return el('a', {
      href,
      class: 'name',
      'aria-current': here ? 'location' : undefined,
      text: folder.label,
    });
  });
  byId('crumbs').replaceChildren(...entries);
}

const FEW_LANGUAGES = 7;
let allLanguages = false;

const only = (language) => change({ language: state.language === language ? -1 : language });

function languageButton(language, files) {
  const name = code.languages[language];
  return el(
    'button',
    {
      type: 'button',
      class: 'language',
      'aria-pressed': String(state.language === language),
      title: 'Show only these',
      onclick: () => only(language),
    },
    dot(name),
    languageName(name),
    ' ',
    el('span', { class: 'size', text: count(files) }),
  );
}

function moreLanguages(hidden) {
  const all = () => {
    allLanguages = true;
    fillLegend();
    document.querySelectorAll('.language')[FEW_LANGUAGES].focus();
  };
  return el('button', { type: 'button', class: 'language rest', onclick: all, text: `${hidden} more` });
}

/** What the strength of a colour means, in the colours of a language. */
function shadesKey(language) {
  const ramp = el('i', { class: 'ramp', 'aria-hidden': 'true' });
  const shades = theme.tiles[language];
  ramp.style.background = `linear-gradient(90deg, ${shades[0]}, ${shades[STEPS - 1]})`;
  const title = 'The more of the code rests on a file, the stronger its colour';
  return el('span', { class: 'key', title }, ramp, 'more central');
}

function fillLegend() {
  const counts = code.languages.map(() => 0);
  for (const language of code.language) counts[language] += 1;
  const order = counts.map((_, language) => language).sort((a, b) => counts[b] - counts[a]);
  const few = !allLanguages && order.length > FEW_LANGUAGES + 1;
  const entries = order
    .slice(0, few ? FEW_LANGUAGES : undefined)
    .map((language) => languageButton(language, counts[language]));
  if (few) entries.push(moreLanguages(order.length - FEW_LANGUAGES));
  const focused = [...document.querySelectorAll('.language')].indexOf(document.activeElement);
  const languages = el('div', { class: 'languages', role: 'group', 'aria-label': 'Languages' }, ...entries);
  byId('legend').replaceChildren(languages, ...(fileCount ? [shadesKey(order[0])] : []));
  if (focused >= 0) entries[focused]?.focus();
}

function toggle(kind) {
  shows[kind] = !shows[kind];
  byId(kind).setAttribute('aria-pressed', String(shows[kind]));
  paintGround();
  fillPanel();
  wantOver();
}

const differs = (before, ...names) => names.some((name) => before[name] !== state[name]);

onChange((before) => {
  if (differs(before, 'zoom')) fly(before.zoom);
  else if (differs(before, 'selected', 'found', 'language')) paintGround();
  if (differs(before, 'zoom', 'selected', 'tab')) fillPanel();
  else if (differs(before, 'line')) markLine();
  if (differs(before, 'zoom')) fillCrumbs();
  if (differs(before, 'language')) fillLegend();
  if (differs(before, 'zoom', 'selected')) {
    showTip(null, [0, 0]);
    const node = state.selected ?? state.zoom;
    document.title = `${node === root ? '' : `${node.path} - `}${root.label} - code map`;
    say(`${shownPath(node)}, ${describe(node).join(', ')}`);
  }
  if (differs(before, 'zoom', 'selected', 'found', 'language')) wantOver();
});

function escape() {
  if (state.language >= 0) change({ language: -1 });
  else if (state.selected) visit({ selected: null });
  else zoomOut();
}

addEventListener('hashchange', arrive);
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === query) return;
  if (event.key === '/') query.select();
  else if (event.key === 'Escape') escape();
  else if (event.key === 'i') toggle('imports');
  else if (event.key === 'c') toggle('calls');
  else return;
  event.preventDefault();
});
byId('imports').addEventListener('click', () => toggle('imports'));
byId('calls').addEventListener('click', () => toggle('calls'));
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  panel.focus();
});
dark.addEventListener('change', () => {
  theme = makeTheme(dark.matches);
  fillLegend();
  fillPanel();
  redraw();
});

/** For scripts that want to know what is where: rectangles and points are in the map's pixels. */
globalThis.codeMap = Object.freeze({
  /** The address of what is shown. */
  place: () => writeRoute(state),
  rect: (path) => {
    const node = filesByPath.get(path) ?? folders.get(path);
    return node && drawnAs(layout, node) === node ? rectOf(layout, node) : null;
  },
  at: (x, y) => nodeAt(layout, x, y)?.path ?? null,
  lit: () => {
    const lit = litFiles();
    return lit && [...lit].map((file) => code.paths[file]);
  },
  moving: () => moving !== 0 || overWanted,
});

byId('empty').hidden = fileCount > 0;
over.setAttribute(
  'aria-label',
  `Map of ${root.label}: ${plural(fileCount, 'file')}, ${plural(edgeCount, 'link')}`,
);
Object.assign(state, readRoute(location.hash));
document.body.classList.add('on');
fillCrumbs();
fillLegend();
redraw();
fillPanel();
new ResizeObserver(() => {
  if (layout.width !== frame.clientWidth || layout.height !== frame.clientHeight) redraw();
}).observe(frame);
// After the first picture: what the first search would have to wait for.
setTimeout(prepareSearch, 200);
