// The map on screen: keeps it drawn, and lets one point, click, type and zoom.

const ground = byId('ground');
const over = byId('over');
const frame = byId('frame');
const tip = byId('tip');
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const ZOOM_MILLISECONDS = 280;

let layout = null;
let whole = null;
let moving = 0;

/** The layout of the whole code base at the size of the view. */
function wholeLayout() {
  const { clientWidth: width, clientHeight: height } = frame;
  if (!whole || whole.width !== width || whole.height !== height) whole = layOut(root, width, height);
  return whole;
}

function layoutOf(zoom) {
  return zoom === root ? wholeLayout() : layOut(zoom, frame.clientWidth, frame.clientHeight);
}

/** Paints what lies under the pointer's marks. */
function paintGround() {
  paintMap(fitted(ground, layout.width, layout.height), layout, litFiles());
}

let overWanted = false;

/** Paints the curves with the next frame, once however often it is asked for. */
function wantOver() {
  if (overWanted) return;
  overWanted = true;
  requestAnimationFrame(() => {
    overWanted = false;
    if (!moving) paintOver(fitted(over, layout.width, layout.height), layout);
  });
}

/** Draws everything anew, at the size that the view has now. */
function redraw() {
  cancelAnimationFrame(moving);
  moving = 0;
  whole = null;
  layout = layoutOf(state.zoom);
  paintGround();
  wantOver();
}

const between = (a, b, part) => a + (b - a) * part;

/** Moves from one layout to another: the camera flies into a folder, or out of it. */
function fly(before) {
  const old = document.createElement('canvas');
  [old.width, old.height] = [ground.width, ground.height];
  if (old.width && old.height) old.getContext('2d').drawImage(ground, 0, 0);
  const from = layout;
  layout = layoutOf(state.zoom);
  paintGround();
  const inward = holds(before, state.zoom) ? drawnAs(from, state.zoom) : null;
  const outward = !inward && holds(state.zoom, before) ? drawnAs(layout, before) : null;
  cancelAnimationFrame(moving);
  moving = 0;
  if (calm.matches || !(inward || outward) || !old.width || document.hidden) return wantOver();
  const place = inward ? rectOf(from, inward) : rectOf(layout, outward);
  const fresh = document.createElement('canvas');
  [fresh.width, fresh.height] = [ground.width, ground.height];
  fresh.getContext('2d').drawImage(ground, 0, 0);
  const [wide, close] = inward ? [old, fresh] : [fresh, old];
  flight(wide, close, place, Boolean(inward));
}

function flight(wide, close, place, inward) {
  const began = performance.now();
  over.getContext('2d').clearRect(0, 0, over.width, over.height);
  const pen = ground.getContext('2d');
  const full = { x: 0, y: 0, width: layout.width, height: layout.height };
  const step = (now) => {
    const time = Math.min(Math.max((now - began) / ZOOM_MILLISECONDS, 0), 1);
    const eased = 1 - (1 - time) ** 3;
    const part = inward ? eased : 1 - eased;
    const seen = Object.fromEntries(
      Object.keys(full).map((key) => [key, between(full[key], place[key], part)]),
    );
    const [kx, ky] = [full.width / seen.width, full.height / seen.height];
    pen.globalAlpha = 1;
    pen.fillStyle = theme.ground;
    pen.fillRect(0, 0, full.width, full.height);
    pen.drawImage(wide, -seen.x * kx, -seen.y * ky, full.width * kx, full.height * ky);
    pen.globalAlpha = part;
    pen.drawImage(
      close,
      (place.x - seen.x) * kx,
      (place.y - seen.y) * ky,
      place.width * kx,
      place.height * ky,
    );
    pen.globalAlpha = 1;
    if (time < 1) moving = requestAnimationFrame(step);
    else {
      moving = 0;
      paintGround();
      wantOver();
    }
  };
  moving = requestAnimationFrame(step);
}

const pointOf = (event) => {
  const { left, top } = over.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
};

function describe(node) {
  const { uses, usedBy } = linksOf(node);
  const what =
    node.file >= 0
      ? [
          languageName(languageOf(node.file)),
          plural(node.lines, 'line'),
          plural(symbolsIn(node.file), 'symbol'),
        ]
      : [plural(node.files, 'file'), plural(node.lines, 'line'), bytes(node.size)];
  return [what.join(' · '), `uses ${count(uses.length)} · used by ${count(usedBy.length)}`];
}

function showTip(node, [x, y]) {
  tip.hidden = !node || node === layout.top;
  if (tip.hidden) return;
  const [facts, links] = describe(node);
  const where = node.parent && node.parent !== root ? node.parent.path : '';
  tip.replaceChildren(
    el('b', { class: 'name', text: node.label }),
    el('span', { class: 'name dim', text: where }),
    el('span', { text: facts }),
    el('span', { class: 'dim', text: links }),
  );
  const { offsetWidth: width, offsetHeight: height } = tip;
  const left = x + 16 + width > layout.width ? x - 12 - width : x + 16;
  const below = y + 18 + height > layout.height ? y - 12 - height : y + 18;
  tip.style.transform = `translate(${Math.max(2, left)}px, ${Math.max(2, below)}px)`;
}

function lookAt(node, point) {
  if (moving) return;
  if (node !== state.hover) {
    change({ hover: node });
    wantOver();
  }
  over.style.cursor = node && node !== layout.top ? 'pointer' : '';
  showTip(node, point);
}

/** A click: a file or folder is looked at closely; the same folder again fills the map. */
function press(node) {
  if (!node || node === layout.top) visit({ selected: null });
  else if (node.file < 0 && node === state.selected) zoomInto(node);
  else visit({ selected: node });
}

const WHEEL_STEP = 70;
const WHEEL_REST = 380;
let wheeled = 0;
let restUntil = 0;

function wheel(event) {
  event.preventDefault();
  if (event.timeStamp < restUntil) return;
  wheeled = Math.sign(wheeled) === Math.sign(event.deltaY) ? wheeled + event.deltaY : event.deltaY;
  if (Math.abs(wheeled) < WHEEL_STEP) return;
  const inward = wheeled < 0;
  wheeled = 0;
  restUntil = event.timeStamp + WHEEL_REST;
  if (inward) zoomTowards(nodeAt(layout, ...pointOf(event)));
  else zoomOut();
}

/** One folder further in, towards `node`. */
function zoomTowards(node) {
  if (!node || node === layout.top) return;
  let next = node;
  while (next.parent !== layout.top) next = next.parent;
  if (next.file < 0)
    visit({ zoom: next, selected: state.selected && holds(next, state.selected) ? state.selected : null });
}

/** One folder further out. */
function zoomOut() {
  if (state.zoom.parent) visit({ zoom: state.zoom.parent });
}

const ARROWS = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

/** The nearest file on that side of where one is. */
function neighbour([dx, dy]) {
  const here = state.hover ?? state.selected;
  const middle = (node) => {
    const { x, y, width, height } = rectOf(layout, node);
    return [x + width / 2, y + height / 2];
  };
  const start = here && drawnAs(layout, here);
  if (!start || start === layout.top) return firstFile();
  const [x, y] = middle(start);
  let best = null;
  let least = Infinity;
  for (let id = layout.top.id; id < layout.top.end; id += 1) {
    const node = nodes[id];
    if (node.file < 0 || node === start || drawnAs(layout, node) !== node) continue;
    const [nx, ny] = middle(node);
    const ahead = (nx - x) * dx + (ny - y) * dy;
    const aside = Math.abs((nx - x) * dy) + Math.abs((ny - y) * dx);
    if (ahead <= 0.5) continue;
    const cost = ahead + aside * 2.5;
    if (cost < least) [best, least] = [node, cost];
  }
  return best;
}

const firstFile = () => nodes.slice(layout.top.id, layout.top.end).find((node) => node.file >= 0) ?? null;

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrowKey = ARROWS.get(event.key);
  if (arrowKey) {
    const next = neighbour(arrowKey);
    if (next) {
      const { x, y, width, height } = rectOf(layout, next);
      lookAt(next, [x + width / 2, y + height / 2]);
      say([next.path, ...describe(next)].join(', '));
    }
  } else if (event.key === 'Enter') press(state.hover);
  else if (event.key === '+') zoomTowards(state.hover ?? state.selected);
  else if (event.key === '-') zoomOut();
  else return;
  event.preventDefault();
}

over.addEventListener('pointermove', (event) => {
  if (event.pointerType !== 'touch') lookAt(nodeAt(layout, ...pointOf(event)), pointOf(event));
});
over.addEventListener('pointerleave', () => lookAt(null, [0, 0]));
over.addEventListener('blur', () => lookAt(null, [0, 0]));
over.addEventListener('click', (event) => {
  if (!moving) press(nodeAt(layout, ...pointOf(event)));
});
over.addEventListener('wheel', wheel, { passive: false });
over.addEventListener('keydown', key);
