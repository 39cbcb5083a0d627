// How languages and kinds are called and marked.

const LANGUAGES = new Map(
  Object.entries({
    bash: 'Shell',
    c: 'C',
    cpp: 'C++',
    csharp: 'C#',
    css: 'CSS',
    go: 'Go',
    html: 'HTML',
    java: 'Java',
    javascript: 'JavaScript',
    json: 'JSON',
    lua: 'Lua',
    markdown: 'Markdown',
    php: 'PHP',
    python: 'Python',
    ruby: 'Ruby',
    rust: 'Rust',
    scala: 'Scala',
    sql: 'SQL',
    swift: 'Swift',
    toml: 'TOML',
    tsx: 'TSX',
    typescript: 'TypeScript',
    yaml: 'YAML',
  }),
);

const languageName = (language) => LANGUAGES.get(language) ?? (language || 'other');
const languageOf = (file) => code.languages[code.language[file]];

/** The mark of a kind of symbol, and the family that says its colour. */
const KINDS = new Map(
  Object.entries({
    class: ['C', 'type'],
    interface: ['I', 'type'],
    struct: ['S', 'type'],
    enum: ['E', 'type'],
    trait: ['T', 'type'],
    type: ['T', 'type'],
    impl: ['I', 'type'],
    union: ['U', 'type'],
    function: ['ƒ', 'call'],
    method: ['m', 'call'],
    constructor: ['m', 'call'],
    macro: ['!', 'call'],
    field: ['f', 'value'],
    property: ['p', 'value'],
    variable: ['v', 'value'],
    constant: ['K', 'value'],
    module: ['M', 'part'],
    namespace: ['N', 'part'],
    package: ['P', 'part'],
    section: ['§', 'part'],
    rule: ['#', 'part'],
    element: ['<>', 'part'],
    table: ['▤', 'part'],
  }),
);

const marks = (kind) => KINDS.get(kind) ?? [kind.slice(0, 1) || '?', 'part'];
const familyOf = (kind) => marks(kind)[1];

function kindMark(kind) {
  const [mark, family] = marks(kind);
  return el('i', { class: `kind ${family}`, text: mark, 'aria-hidden': 'true' });
}
