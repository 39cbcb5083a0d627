// Reads one case per line, {text, changes: [{range?, text}], offsets}, and answers
// each with {text, positions}: the text after the changes, and where the offsets lie in it.
'use strict'
const readline = require('node:readline')
const { TextDocument } = require('vscode-languageserver-textdocument')

function applied(text, change) {
  // A document for each change: kept through several, its line table goes wrong where an
  // edit puts a line feed behind a carriage return, or parts the two.
  const document = TextDocument.create('file:///a', 'plain', 1, text)
  return TextDocument.update(document, [change], 2).getText()
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { text, changes, offsets } = JSON.parse(line)
  const after = changes.reduce(applied, text)
  const document = TextDocument.create('file:///a', 'plain', 1, after)
  const positions = offsets.map((offset) => {
    const { line: row, character } = document.positionAt(Math.min(offset, after.length))
    return [row, character]
  })
  process.stdout.write(JSON.stringify({ text: after, positions }) + '\n')
})
