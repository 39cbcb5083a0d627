// The panel: everything about the file or folder one looks at.

const panel = byId('panel');

const fact = (value, of) => el('span', { class: 'fact' }, el('b', { text: value }), ` ${of}`);
const unit = (value, one, many = `${one}s`) => fact(count(value), value === 1 ? one : many);

function copyButton(node) {
  if (!navigator.clipboard) return null;
  const copied = async (event) => {
    const button = event.currentTarget;
    const words = node.file >= 0 && state.line ? `${node.path}:${state.line}` : node.path;
    await navigator.clipboard.writeText(words);
    button.textContent = 'Copied';
    say(`Copied ${words}`);
  };
  return el('button', {
    type: 'button',
    class: 'small',
    title: 'Copy the path, with the line that is marked',
    onclick: copied,
    text: 'Copy path',
  });
}

function closeButton() {
  return el('button', {
    type: 'button',
    class: 'small close',
    onclick: () => visit({ selected: null }),
    'aria-label': 'Close',
    title: 'Close (Esc)',
    text: '✕',
  });
}

function actionsOf(node) {
  const zoom = node.file >= 0 ? node.parent : node;
  const label = node.file >= 0 ? 'Zoom to its folder' : 'Zoom in';
  const place = { zoom, selected: node.file >= 0 ? node : null };
  return el(
    'p',
    { class: 'actions' },
    state.zoom === zoom
      ? null
      : el('button', { type: 'button', class: 'small', onclick: () => visit(place), text: label }),
    copyButton(node),
  );
}

function factsOf(node) {
  if (node.file < 0)
    return [
      unit(node.files, 'file'),
      unit(node.lines, 'line'),
      el('span', { class: 'fact', text: bytes(node.size) }),
    ];
  return [
    el('span', { class: 'fact' }, dot(languageOf(node.file)), languageName(languageOf(node.file))),
    unit(node.lines, 'line'),
    unit(symbolsIn(node.file), 'symbol'),
    el('span', { class: 'fact', text: bytes(node.size) }),
  ];
}

function headOf(node) {
  const inFile = node.file >= 0;
  const chosen = node === state.selected;
  return el(
    'header',
    {},
    chosen ? closeButton() : null,
    node === root ? null : el('p', { class: 'place name', text: placeOf(node) || root.label }),
    el('h2', { class: 'name', text: inFile || node === root ? node.label : `${node.label}/` }),
    el('p', { class: 'facts' }, ...factsOf(node)),
    inFile ? meter(node.file) : languageBar(node),
    chosen ? actionsOf(node) : null,
  );
}

function meter(file) {
  const part = Math.floor(100 * standing[file]);
  const bar = el('i');
  bar.style.width = `${part}%`;
  return el(
    'p',
    { class: 'meter' },
    el('span', { class: 'track', 'aria-hidden': 'true' }, bar),
    `more central than ${part}% of the files`,
  );
}

/** How much of a folder is in which language. */
function languageBar(folder) {
  const sizes = new Map();
  for (const file of filesIn(folder)) {
    const language = languageOf(file);
    sizes.set(language, (sizes.get(language) ?? 0) + code.size[file]);
  }
  const parts = [...sizes].sort((a, b) => b[1] - a[1]);
  const words = parts
    .slice(0, 5)
    .map(([language, size]) => `${languageName(language)} ${Math.round((100 * size) / (folder.size || 1))}%`);
  return el(
    'div',
    { class: 'mix', role: 'img', 'aria-label': words.join(', '), title: words.join(', ') },
    ...parts.map(([language, size]) => {
      const bar = el('i');
      bar.style.flexGrow = String(size);
      bar.style.background = theme.dot(language);
      return bar;
    }),
  );
}

const section = (title, ...content) => el('section', {}, el('h3', { text: title }), ...content);

function insideOf(node) {
  if (node.file >= 0) return [outlineList(node, state.line)];
  const parts = [];
  if (node.files > 3 && edgeCount) parts.push(section('Most central', centralList(node, 6)));
  if (overviewOf(node).length > 1) parts.push(section('Strongest links', strongestList(node, 6)));
  if (node.children.length) parts.push(section('Contents', contentList(node)));
  return parts;
}

function tabsOf(node) {
  const tabs = [
    [
      'inside',
      node.file >= 0 ? 'Outline' : 'Contents',
      node.file >= 0 ? symbolsIn(node.file) : node.children.length,
    ],
  ];
  if (node === root) return tabs;
  const { uses, usedBy } = linksOf(node);
  return [...tabs, ['uses', 'Uses', uses.length], ['usedBy', 'Used by', usedBy.length]];
}

function bodyOf(node, tab) {
  if (tab === 'uses') return [linkList(linksOf(node).uses, 'It uses nothing else in this code base.')];
  if (tab === 'usedBy') return [linkList(linksOf(node).usedBy, 'Nothing else in this code base uses it.')];
  return insideOf(node);
}

function tabBar(tabs, current) {
  if (tabs.length < 2) return null;
  const bar = el(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'What of it' },
    ...tabs.map(([id, label, size]) =>
      el(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${id}`,
          'aria-selected': String(id === current),
          'aria-controls': 'inside',
          tabindex: id === current ? 0 : -1,
          onclick: () => {
            change({ tab: id });
            byId(`tab-${id}`).focus();
          },
        },
        label,
        el('span', { class: 'size', text: count(size) }),
      ),
    ),
  );
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex(([id]) => id === current);
    const [id] = tabs[(at + step + tabs.length) % tabs.length];
    change({ tab: id });
    byId(`tab-${id}`).focus();
  });
  return bar;
}

/** Makes the panel anew. */
function fillPanel() {
  const node = state.selected ?? state.zoom;
  const tabs = tabsOf(node);
  const tab = tabs.some(([id]) => id === state.tab) ? state.tab : 'inside';
  const body = el(
    'div',
    {
      class: 'body',
      id: 'inside',
      role: tabs.length > 1 ? 'tabpanel' : undefined,
      'aria-labelledby': tabs.length > 1 ? `tab-${tab}` : undefined,
    },
    ...bodyOf(node, tab),
  );
  const bar = tabBar(tabs, tab);
  const focused = panel.contains(document.activeElement);
  panel.replaceChildren(...[headOf(node), bar, body].filter(Boolean));
  panel.scrollTop = 0;
  const current = panel.querySelector('[data-row][aria-current]');
  current?.scrollIntoView({ block: 'center' });
  if (focused) (current ?? panel).focus({ preventScroll: true });
}

/** Marks another line of the outline that is shown. */
function markLine() {
  const row = state.selected?.file >= 0 ? rowAt(state.selected, state.line) : -1;
  const entry = panel.querySelector(`[data-row="${row}"]`);
  if (!entry) return fillPanel();
  panel.querySelector('[data-row][aria-current]')?.removeAttribute('aria-current');
  entry.setAttribute('aria-current', 'true');
  entry.scrollIntoView({ block: 'nearest' });
}
