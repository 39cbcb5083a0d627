// What lies over the map: the curves of imports and calls, the marks of what is looked at.

const MANY = 160;

/** The point of a node where curves end, or where they leave the view on the way to it. */
function anchorOf(layout, node, from) {
  const shown = drawnAs(layout, node);
  if (!shown) return edgePoint(layout, node, from);
  const { x, y, width, height } = rectOf(layout, shown);
  return { x: x + width / 2, y: y + height / 2, room: Math.min(width, height) / 2, inside: true };
}

/** Towards what is outside the view: the side of it on which that is in the whole map. */
function edgePoint(layout, node, from) {
  const whole = wholeLayout();
  const place = rectOf(whole, drawnAs(whole, node));
  const here = rectOf(whole, drawnAs(whole, layout.top));
  const dx = place.x + place.width / 2 - (here.x + here.width / 2) || 1;
  const dy = place.y + place.height / 2 - (here.y + here.height / 2) || 1;
  const start = from ?? { x: layout.width / 2, y: layout.height / 2 };
  const reach = (at, delta, size) => (delta > 0 ? (size - at) / delta : -at / delta);
  const far = Math.min(reach(start.x, dx, layout.width), reach(start.y, dy, layout.height));
  return { x: start.x + dx * far, y: start.y + dy * far, room: 0, inside: false };
}

/** One curve from `a` to `b`, bent to its right, so that there and back are two. */
function curve(pen, a, b, { color, width, aside, alpha, head }) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy);
  if (length < 2) return;
  const lean = Math.min(length * 0.2, 90) + aside * 2;
  const middle = { x: (a.x + b.x) / 2 - (dy / length) * lean, y: (a.y + b.y) / 2 + (dx / length) * lean };
  const angle = Math.atan2(b.y - middle.y, b.x - middle.x);
  const tip = head ? Math.min(b.room * 0.5, length * 0.2, 7) : 0;
  const end = { x: b.x - Math.cos(angle) * tip, y: b.y - Math.sin(angle) * tip };
  const path = new Path2D();
  path.moveTo(a.x, a.y);
  path.quadraticCurveTo(middle.x, middle.y, end.x, end.y);
  pen.lineCap = 'round';
  if (head) {
    pen.globalAlpha = alpha * 0.55;
    pen.strokeStyle = theme.ground;
    pen.lineWidth = width + 2;
    pen.stroke(path);
  }
  pen.globalAlpha = alpha;
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke(path);
  if (head) arrow(pen, end, angle, 3.5 + width * 1.6, color);
  pen.globalAlpha = 1;
}

function arrow(pen, end, angle, size, color) {
  const side = (turn) => [end.x - Math.cos(angle + turn) * size, end.y - Math.sin(angle + turn) * size];
  pen.beginPath();
  pen.moveTo(end.x + Math.cos(angle) * size * 0.35, end.y + Math.sin(angle) * size * 0.35);
  pen.lineTo(...side(0.42));
  pen.lineTo(...side(-0.42));
  pen.closePath();
  pen.fillStyle = color;
  pen.fill();
}

/** The curves for one pair: imports and calls side by side, as one ribbon of two colours. */
function drawLink(pen, a, b, link, { alpha, head }) {
  const thick = (times) => Math.min(0.9 + Math.log2(1 + times) * 0.34, 3.8);
  const imports = shows.imports && link.imports ? thick(link.imports) : 0;
  const calls = shows.calls && link.calls ? thick(link.calls) : 0;
  if (calls)
    curve(pen, a, b, {
      color: theme.calls,
      width: calls,
      aside: imports ? imports / 2 + 0.5 : 0,
      alpha,
      head,
    });
  if (imports)
    curve(pen, a, b, {
      color: theme.imports,
      width: imports,
      aside: calls ? -calls / 2 - 0.5 : 0,
      alpha,
      head,
    });
}

/** The links of one file or folder, to what it uses and from what uses it. */
function drawLinksOf(pen, layout, node, strong) {
  const { uses, usedBy } = linksOf(node);
  const all = uses.length + usedBy.length;
  const head = all <= MANY;
  const alpha =
    (strong ? 1 : 0.8) * (all <= 40 ? 0.95 : all <= MANY ? 0.7 : Math.max(0.16, 40 / Math.sqrt(all) / 8));
  const here = anchorOf(layout, node);
  if (!here.inside) return;
  // The weakest first: what counts lies on top.
  for (const link of usedBy.slice().reverse()) {
    if (strength(link)) drawLink(pen, anchorOf(layout, link.other, here), here, link, { alpha, head });
  }
  for (const link of uses.slice().reverse()) {
    if (strength(link)) drawLink(pen, here, anchorOf(layout, link.other, here), link, { alpha, head });
  }
}

/** The strongest links of the whole view, with the names of what they join. */
function drawOverview(pen, layout) {
  const links = overviewOf(layout.top);
  const top = links.length ? strength(links[0]) : 1;
  for (const link of links.slice().reverse()) {
    const alpha = 0.45 + 0.5 * Math.sqrt(strength(link) / top);
    drawLink(pen, anchorOf(layout, link.from), anchorOf(layout, link.to), link, { alpha, head: true });
  }
  const taken = [];
  for (const node of new Set(links.flatMap((link) => [link.from, link.to])))
    tag(pen, layout, node, false, taken);
}

function ring(pen, layout, node, color, width) {
  const shown = drawnAs(layout, node);
  if (!shown || shown === layout.top) return;
  const place = rectOf(layout, shown);
  const size = 5;
  const grow = Math.max(0, size - Math.min(place.width, place.height)) / 2;
  box(pen, place.x - grow, place.y - grow, place.width + 2 * grow, place.height + 2 * grow, 3);
  pen.strokeStyle = theme.ground;
  pen.lineWidth = width + 2;
  pen.stroke();
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke();
}

const TAGS = 12;

/** Names of what is looked at, and of its strongest neighbours, whose tiles are too small for them. */
function tags(pen, layout, node) {
  const { uses, usedBy } = linksOf(node);
  const links = [...uses, ...usedBy].filter(strength).sort((a, b) => strength(b) - strength(a));
  const near = new Set(links.map((link) => link.other));
  const taken = [];
  tag(pen, layout, node, true, taken);
  for (const other of [...near].slice(0, TAGS)) tag(pen, layout, other, false, taken);
}

function tag(pen, layout, node, main, taken) {
  const shown = drawnAs(layout, node);
  if (!shown || shown === layout.top) return;
  const place = rectOf(layout, shown);
  pen.font = `${main ? '600 12px' : '500 10.5px'} ${theme.sans}`;
  pen.textBaseline = 'middle';
  const words = shortName(node);
  const [width, height] = [pen.measureText(words).width + (main ? 14 : 8), main ? 20 : 15];
  const inFile = node.file >= 0;
  if (main && layout.title[node.id]) return;
  const own = pen.measureText(node.label.replace(/(.)\.[^.]+$/, '$1')).width + 12;
  if (inFile && shown === node && place.width > own && place.height > 16) return;
  const above = place.y > height + 8 ? place.y - height - 5 : place.y + place.height + 5;
  // A curve to a folder ends in its middle: its name stands there too.
  const y = inFile || main ? above : Math.min(place.y + place.height / 2 + 6, layout.height - height - 2);
  const x = Math.min(Math.max(place.x + place.width / 2 - width / 2, 2), layout.width - width - 2);
  const apart = (each) =>
    x > each.x + each.width || each.x > x + width || y > each.y + each.height || each.y > y + height;
  if (!taken.every(apart)) return;
  taken.push({ x, y, width, height });
  box(pen, x, y, width, height, main ? 5 : 3);
  pen.globalAlpha = main ? 1 : 0.88;
  pen.fillStyle = main ? theme.accent : theme.ground;
  pen.fill();
  pen.globalAlpha = 1;
  pen.fillStyle = main ? theme.onAccent : theme.text;
  pen.fillText(words, x + (main ? 7 : 4), y + height / 2 + 0.5);
}

/** A name that tells: `__init__.py` and `index.js` with their folder. */
function shortName(node) {
  const plain = /^(__init__|index|mod)\./.test(node.label) && node.parent !== root;
  const name = plain ? `${node.parent.label.replace(/.*\//, '')}/${node.label}` : node.label;
  return visible(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}

/** Everything that changes while one looks around. */
function paintOver(pen, layout) {
  pen.clearRect(0, 0, layout.width, layout.height);
  const { hover, selected } = state;
  const looked = hover && hover !== layout.top && holds(layout.top, hover) ? hover : null;
  if (state.found) ring(pen, layout, looked ?? layout.top, theme.text, 1.25);
  else if (selected) drawLinksOf(pen, layout, selected, true);
  else if (looked && linksOf(looked).uses.length + linksOf(looked).usedBy.length)
    drawLinksOf(pen, layout, looked, false);
  else if (state.language < 0) drawOverview(pen, layout);
  if (looked && looked !== selected) ring(pen, layout, looked, theme.text, 1.25);
  if (!selected || state.found) return;
  ring(pen, layout, selected, theme.accent, 2.5);
  tags(pen, layout, selected);
}
