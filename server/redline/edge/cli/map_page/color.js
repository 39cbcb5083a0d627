// Colours: a hue for each language at one calm lightness, stronger for more central files.

const dark = matchMedia('(prefers-color-scheme: dark)');

// [hue in degrees, chroma]; data and prose are nearly grey.
const HUES = new Map(
  Object.entries({
    python: [255, 0.095],
    javascript: [88, 0.105],
    typescript: [232, 0.1],
    tsx: [215, 0.095],
    html: [42, 0.105],
    css: [312, 0.095],
    rust: [52, 0.09],
    go: [205, 0.095],
    java: [28, 0.1],
    c: [265, 0.06],
    cpp: [340, 0.09],
    csharp: [150, 0.09],
    ruby: [15, 0.12],
    php: [285, 0.09],
    bash: [135, 0.08],
    lua: [275, 0.12],
    scala: [22, 0.11],
    swift: [35, 0.12],
    sql: [180, 0.08],
    json: [110, 0.03],
    yaml: [350, 0.035],
    toml: [60, 0.03],
    markdown: [165, 0.035],
  }),
);

function hueOf(language) {
  const known = HUES.get(language);
  if (known) return known;
  let hash = 7;
  for (const letter of language) hash = (hash * 31 + letter.codePointAt(0)) % 3600;
  return [hash / 10, 0.08];
}

/** An oklch colour as CSS that every browser reads. */
function oklch(light, chroma, hue, alpha = 1) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const bytesOf = linear.map((part) => {
    const value = part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
  return `rgba(${bytesOf.join(',')},${alpha})`;
}

const STEPS = 12;
/** The shade of a file: of the most central tenth, the differences are to be seen. */
const stepOf = (standing) => Math.round(standing ** 2.2 * (STEPS - 1));

/** The colours of one scheme. `tiles[language][step]`, the same for what is not lit. */
function makeTheme(isDark) {
  const tile = ([hue, chroma], strength) =>
    isDark
      ? oklch(0.37 + 0.28 * strength, chroma * (0.6 + 0.6 * strength), hue)
      : oklch(0.9 - 0.25 * strength, chroma * (0.45 + 0.75 * strength), hue);
  const faint = ([hue, chroma], strength) =>
    isDark
      ? oklch(0.225 + 0.05 * strength, chroma * 0.25, hue)
      : oklch(0.955 - 0.04 * strength, chroma * 0.18, hue);
  const table = (make) =>
    code.languages.map((language) =>
      Array.from({ length: STEPS }, (_, step) => make(hueOf(language), step / (STEPS - 1))),
    );
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    isDark,
    tiles: table(tile),
    faint: table(faint),
    dot: (language) => tile(hueOf(language), 0.75),
    ground: named('ground'),
    folder: [named('folder-0'), named('folder-1'), named('folder-2')],
    edge: named('edge'),
    text: named('text'),
    soft: named('soft'),
    accent: named('accent'),
    onAccent: named('on-accent'),
    imports: named('imports'),
    calls: named('calls'),
    onTile: isDark ? 'rgba(255,255,255,.94)' : 'rgba(12,20,33,.92)',
    onTileSoft: isDark ? 'rgba(255,255,255,.6)' : 'rgba(12,20,33,.6)',
    onFaint: isDark ? 'rgba(255,255,255,.34)' : 'rgba(12,20,33,.4)',
    sans: named('sans'),
  };
}

let theme = makeTheme(dark.matches);
