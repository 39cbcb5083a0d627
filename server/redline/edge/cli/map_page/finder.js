// The search box: a list of what fits, and the map with everything else gone faint.

const query = byId('query');
const foundList = byId('found');

let offered = [];
let chosen = -1;

function marked(name, places) {
  const wanted = new Set(places);
  const parts = [];
  let run = '';
  let inMark = false;
  const flush = () => {
    if (run) parts.push(inMark ? el('mark', { text: run }) : run);
    run = '';
  };
  Array.from({ length: name.length }, (_, at) => {
    if (wanted.has(at) !== inMark) {
      flush();
      inMark = !inMark;
    }
    run += name[at];
  });
  flush();
  return el('span', { class: 'name what' }, ...parts);
}

function option({ file, row }, at) {
  const node = fileNodes[file];
  const name = row < 0 ? node.label : symbolName(row);
  const container = row < 0 ? -1 : symbols().container[row];
  const place = row < 0 ? placeOf(node) : `${node.path}:${symbols().line[row]}`;
  return el(
    'li',
    {
      id: `found-${at}`,
      role: 'option',
      'aria-selected': 'false',
      onclick: () => choose(at),
      onmousemove: () => pick(at),
    },
    row < 0 ? dot(languageOf(file)) : kindMark(symbolKind(row)),
    marked(name, fittingPlaces(query.value, name)),
    ' ',
    container < 0 ? null : el('span', { class: 'name in', text: symbolName(container) }),
    ' ',
    el('span', { class: 'where' }, el('bdi', { dir: 'ltr', text: place })),
  );
}

function pick(at) {
  if (at === chosen) return;
  foundList.children[chosen]?.setAttribute('aria-selected', 'false');
  chosen = at;
  const entry = foundList.children[at];
  entry?.setAttribute('aria-selected', 'true');
  if (entry) query.setAttribute('aria-activedescendant', entry.id);
  else query.removeAttribute('aria-activedescendant');
}

function open(isOpen) {
  foundList.hidden = !isOpen;
  query.setAttribute('aria-expanded', String(isOpen));
}

function look() {
  if (!query.value.trim()) return leave();
  const { best, total, files } = findAll(query.value);
  offered = best;
  chosen = -1;
  const rest = total - best.length;
  const end = best.length === 0 ? 'Nothing fits.' : rest > 0 ? `and ${count(rest)} more` : '';
  foundList.replaceChildren(
    ...best.map(option),
    ...(end ? [el('li', { class: 'none', role: 'presentation', text: end })] : []),
  );
  foundList.scrollTop = 0;
  open(true);
  pick(best.length ? 0 : -1);
  say(best.length ? `${plural(total, 'result')}, ${fileNodes[best[0].file].path} first` : 'Nothing fits');
  change({ found: files });
}

function leave() {
  open(false);
  pick(-1);
  if (state.found) change({ found: null });
}

function choose(at) {
  const found = offered[at];
  if (!found) return;
  leave();
  change({ tab: 'inside' });
  show(fileNodes[found.file], found.row < 0 ? 0 : symbols().line[found.row]);
  panel.focus({ preventScroll: true });
}

query.addEventListener('input', look);
query.addEventListener('focus', () => {
  if (query.value) look();
});
query.addEventListener('blur', () =>
  setTimeout(() => {
    if (document.activeElement !== query) leave();
  }, 150),
);
foundList.addEventListener('mousedown', (event) => event.preventDefault());
query.addEventListener('keydown', (event) => {
  const last = offered.length - 1;
  const goal = { ArrowDown: chosen >= last ? 0 : chosen + 1, ArrowUp: chosen <= 0 ? last : chosen - 1 }[
    event.key
  ];
  if (event.key === 'Enter') choose(chosen);
  else if (event.key === 'Escape') {
    if (!query.value) query.blur();
    query.value = '';
    leave();
  } else if (goal !== undefined && !foundList.hidden) {
    pick(goal);
    foundList.children[goal]?.scrollIntoView({ block: 'nearest' });
  } else return;
  event.preventDefault();
  event.stopPropagation();
});
