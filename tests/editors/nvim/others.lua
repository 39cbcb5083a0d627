-- What the other language servers of the editor answer for ours: a real one is attached.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')
local redline = driver.plugin()

local PRICES, CART = 'shop/prices.py', 'shop/cart.py'

local function uri(path)
  return vim.uri_from_fname(driver.case.workspace .. '/' .. path)
end

--- What our handler of `redline/editor/<name>` returns, called as Neovim calls it.
local function answer(client, name, params)
  local reply
  coroutine.wrap(function()
    local context = { client_id = client.id, method = 'redline/editor/' .. name }
    reply = { client.handlers['redline/editor/' .. name](nil, params, context) }
  end)()
  driver.wait('an answer for ' .. name, function()
    return reply
  end)
  return reply[1]
end

--- Attaches the other server, which counts columns in another encoding.
local function attach_other(encoding)
  vim.lsp.config('ty', {
    cmd = { driver.case.ty, 'server' },
    filetypes = { 'python' },
    root_markers = { '.git' },
    capabilities = { general = { positionEncodings = { encoding } } },
  })
  vim.lsp.enable('ty')
  local other
  driver.wait('the other server', function()
    other = vim.lsp.get_clients({ name = 'ty', bufnr = 0 })[1]
    return other and other.initialized
  end)
  driver.expect('its encoding', other.offset_encoding, encoding)
end

--- The text of `range` in a file, columns in `encoding`.
local function slice(path, range, encoding)
  local line = vim.split(driver.disk(path), '\n')[range.start.line + 1]
  if vim.fn.bufloaded(driver.case.workspace .. '/' .. path) == 1 then
    line = vim.split(driver.text(path), '\n')[range.start.line + 1]
  end
  local from = vim.str_byteindex(line, encoding, range.start.character, false)
  return line:sub(from + 1, vim.str_byteindex(line, encoding, range['end'].character, false))
end

--- With no other server the answer is null, and nothing is loaded for it.
local function nobody_answers(client)
  for _, path in ipairs({ PRICES, CART }) do
    local at = { line = 3, character = 4 }
    local params = { uri = uri(path), position = at, newName = 'amount' }
    for _, name in ipairs({ 'rename', 'references', 'diagnostics' }) do
      driver.expect(name .. ' of ' .. path, answer(client, name, params), vim.NIL)
    end
  end
  driver.expect('loaded', vim.fn.bufloaded(driver.case.workspace .. '/' .. PRICES), 0)
end

--- A file that is not open is loaded without being shown.
local function answers_for_closed_files(client)
  local params = { uri = uri(PRICES), position = { line = 3, character = 4 } }
  driver.wait('both files', function()
    return #answer(client, 'references', params) == 3
  end)
  local buffer = vim.fn.bufnr(driver.case.workspace .. '/' .. PRICES)
  driver.expect('loaded', vim.fn.bufloaded(buffer), 1)
  driver.expect('listed', vim.bo[buffer].buflisted, false)
end

local scenarios = {}

--- Another server answers in its own columns, and the answer is in ours.
function scenarios.answered()
  local client = driver.open(CART)
  local ours = client.offset_encoding
  nobody_answers(client)
  attach_other(ours == 'utf-16' and 'utf-8' or 'utf-16')
  local row, byte = driver.find('größe')
  local words = '    return net + tax, größe, missing + größe'
  vim.api.nvim_buf_set_text(0, row, 0, row, -1, { words })
  local line = vim.api.nvim_buf_get_lines(0, row, row + 1, true)[1]
  local last = vim.str_utfindex(line, ours, #line - 1, false)
  local params = { uri = uri(CART), position = { line = row, character = last }, newName = 'size' }
  local edit = answer(client, 'rename', params)
  local edits = edit.changes and edit.changes[uri(CART)]
    or vim.iter(edit.documentChanges):find(function(change)
      return change.textDocument.uri == uri(CART)
    end).edits
  driver.expect('the places to rename', #edits, 3)
  for _, each in ipairs(edits) do
    driver.expect('the text at a place', slice(CART, each.range, ours), 'größe')
  end
  params.position = { line = row - 1, character = byte }
  local found = answer(client, 'references', params)
  driver.expect('references', #found, 3)
  for _, each in ipairs(found) do
    driver.expect('the text of a reference', slice(CART, each.range, ours), 'größe')
  end
  local told
  driver.wait('a diagnostic', function()
    told = answer(client, 'diagnostics', { uri = uri(CART) })
    return #told > 0
  end)
  driver.expect('the text it is about', slice(CART, told[1].range, ours), 'missing')
  assert(told[1].message:find('missing', 1, true) and told[1].severity == 1, vim.inspect(told))
  answers_for_closed_files(client)
end

--- With no Python server of its own, ours asks the other one, and proposes what that says.
function scenarios.asked()
  vim.lsp.config('redline', { init_options = { language_servers = { python = { 'no-such-server' } } } })
  local client = driver.open(CART)
  attach_other('utf-16')
  local edit
  local handler = client.handlers['redline/editor/rename']
  client.handlers['redline/editor/rename'] = function(...)
    edit = handler(...)
    return edit
  end
  vim.api.nvim_win_set_cursor(0, { driver.find('= total('), 10 })
  vim.cmd('Agent refactor rename total to amount')
  driver.wait('a proposal', redline.proposal)
  assert(edit and edit ~= vim.NIL, 'the other server was not asked')
  vim.cmd('Agent accept all')
  driver.wait('both files have the new name', function()
    return not redline.proposal()
      and driver.text(PRICES):find('def amount', 1, true)
      and driver.text(CART):find('= amount(', 1, true)
      and driver.text(CART):find('import amount', 1, true)
  end)
end

driver.main(scenarios)
