// Lists of places: each entry is a link, so that it can be opened beside as any link can.

const routeTo = (node, line = 0) => {
  const zoom = holds(state.zoom, node) && state.zoom !== node ? state.zoom : root;
  return writeRoute({ zoom, selected: node, line });
};

const dot = (language) => {
  const made = el('i', { class: 'dot', 'aria-hidden': 'true' });
  made.style.background = theme.dot(language);
  return made;
};

const folderMark = () => el('i', { class: 'kind folder', 'aria-hidden': 'true', text: '/' });
const markOf = (node) => (node.file >= 0 ? dot(languageOf(node.file)) : folderMark());
const placeOf = (node) => (node.parent && node.parent !== root ? node.parent.path : '');

/** One tab stop for a whole list; the arrow keys move in it. */
function roving(list) {
  const entries = () => [...list.querySelectorAll('a')];
  list.addEventListener('keydown', (event) => {
    const all = entries();
    const at = all.indexOf(document.activeElement);
    const last = all.length - 1;
    const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (goal === undefined || at < 0) return;
    event.preventDefault();
    all[Math.min(Math.max(goal, 0), last)].focus();
  });
  list.addEventListener('focusin', (event) => {
    for (const each of entries()) each.tabIndex = each === event.target ? 0 : -1;
  });
  return list;
}

const CHUNK = 300;

/** A list whose entries are made as one gets to them; `upTo` are made at once. */
function longList(attributes, entries, make, upTo = 0) {
  const list = el('ul', attributes);
  let made = 0;
  const more = el(
    'li',
    { class: 'more', role: 'none' },
    el('button', { type: 'button', onclick: () => grow(CHUNK) }),
  );
  const watcher = new IntersectionObserver((seen) => {
    if (seen.some((each) => each.isIntersecting)) grow(CHUNK);
  });
  function grow(size) {
    more.remove();
    const next = entries.slice(made, made + size).map((entry, at) => make(entry, made + at));
    list.append(...next);
    made += next.length;
    if (made < entries.length) {
      more.firstChild.textContent = `${count(entries.length - made)} more`;
      list.append(more);
      watcher.observe(more);
    } else watcher.disconnect();
  }
  grow(Math.max(CHUNK, upTo));
  const first = list.querySelector('a[aria-current], a');
  if (first) first.tabIndex = 0;
  return roving(list);
}

const chip = (kind, times) =>
  times
    ? el(
        'span',
        { class: `chip ${kind}`, title: plural(times, kind === 'calls' ? 'call' : 'import') },
        el('i', { 'aria-hidden': 'true' }),
        el('span', { class: 'unseen', text: `${kind} ` }),
        count(times),
      )
    : null;

/** Files or folders at the other end of links. */
function linkList(links, none) {
  if (!links.length) return el('p', { class: 'none', text: none });
  return longList({ class: 'rows links' }, links, (link) =>
    el(
      'li',
      {},
      el(
        'a',
        { href: routeTo(link.other), tabindex: -1 },
        markOf(link.other),
        el(
          'span',
          { class: 'what' },
          el('span', { class: 'name', text: link.other.label }),
          ' ',
          el('span', { class: 'name where', text: placeOf(link.other) }),
        ),
        ' ',
        chip('imports', link.imports),
        ' ',
        chip('calls', link.calls),
      ),
    ),
  );
}

/** What a folder holds, largest first. */
function contentList(folder) {
  const most = folder.children.length ? folder.children[0].size || 1 : 1;
  return longList({ class: 'rows contents' }, folder.children, (node) => {
    const bar = el('i', { class: 'size', 'aria-hidden': 'true' });
    bar.style.width = `${(100 * node.size) / most}%`;
    return el(
      'li',
      {},
      el(
        'a',
        { href: routeTo(node), tabindex: -1 },
        bar,
        markOf(node),
        el(
          'span',
          { class: 'what' },
          el('span', { class: 'name', text: node.file < 0 ? `${node.label}/` : node.label }),
        ),
        ' ',
        el('span', {
          class: 'number',
          text: node.file < 0 ? plural(node.files, 'file') : plural(node.lines, 'line'),
        }),
      ),
    );
  });
}

/** The files most of the code rests on. */
function centralList(folder, most) {
  const files = filesIn(folder)
    .sort((a, b) => code.rank[b] - code.rank[a] || a - b)
    .slice(0, most);
  return longList(
    { class: 'rows central' },
    files.map((file) => fileNodes[file]),
    (node) =>
      el(
        'li',
        {},
        el(
          'a',
          { href: routeTo(node), tabindex: -1 },
          markOf(node),
          el(
            'span',
            { class: 'what' },
            el('span', { class: 'name', text: node.label }),
            ' ',
            el('span', { class: 'name where', text: placeOf(node) }),
          ),
          ' ',
          el(
            'span',
            { class: 'number', title: 'Files that use it' },
            el('span', { 'aria-hidden': 'true', text: '← ' }),
            el('span', { class: 'unseen', text: 'used by ' }),
            count(linksOf(node).usedBy.length),
          ),
        ),
      ),
  );
}

/** The strongest links among the parts of a folder. */
function strongestList(folder, most) {
  const links = overviewOf(folder).slice(0, most);
  const inside = (node) => node.path.slice(folder.path.length).replace(/\/$/, '');
  const short = (node) => inside(node).split('/').slice(-2).join('/');
  const title = (link) => `${inside(link.from)} → ${inside(link.to)}`;
  return longList({ class: 'rows pairs' }, links, (link) =>
    el(
      'li',
      {},
      el(
        'a',
        { href: routeTo(link.from), tabindex: -1, title: title(link) },
        el(
          'span',
          { class: 'what pair' },
          el('span', { class: 'name', text: short(link.from) }),
          el('span', { class: 'to', text: ' → ' }),
          el('span', { class: 'name', text: short(link.to) }),
        ),
        ' ',
        chip('imports', link.imports),
        ' ',
        chip('calls', link.calls),
      ),
    ),
  );
}

/** The symbol of a file that begins at a line, or else the last one before it; -1 for none. */
function rowAt(node, line) {
  const table = symbols();
  let best = -1;
  for (let row = table.start[node.file]; row < table.start[node.file + 1]; row += 1) {
    if (table.line[row] <= line && (best < 0 || table.line[row] > table.line[best])) best = row;
  }
  return best;
}

/** The outline of a file. */
function outlineList(node, line) {
  const table = symbols();
  const [from, to] = [table.start[node.file], table.start[node.file + 1]];
  if (from === to) return el('p', { class: 'none', text: 'Nothing is defined in this file.' });
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  const wanted = rows.indexOf(rowAt(node, line));
  const attributes = { class: 'rows outline', role: 'tree', 'aria-label': `Outline of ${node.label}` };
  return longList(attributes, rows, (row, at) => outlineEntry(node, row, at === wanted), wanted + 20);
}

function outlineEntry(node, row, current) {
  const table = symbols();
  const [before, name, after] = signatureParts(row);
  const entry = el(
    'a',
    {
      href: routeTo(node, table.line[row]),
      role: 'treeitem',
      tabindex: -1,
      'data-row': row,
      title: `${symbolKind(row)} ${symbolName(row)}`,
      'aria-level': Math.min(table.depth[row], 12) + 1,
      'aria-current': current ? 'true' : undefined,
    },
    kindMark(symbolKind(row)),
    el('span', { class: 'unseen', text: `${symbolKind(row)} ` }),
    el('code', { class: 'name' }, before, el('b', { text: name }), after),
    el('span', { class: 'number', text: table.line[row] }),
  );
  entry.style.paddingInlineStart = `${14 + Math.min(table.depth[row], 12) * 15}px`;
  return el('li', { role: 'none' }, entry);
}
