-- Neovim with our plugin, as a user has it: its folder on the runtimepath.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')

vim.opt.runtimepath:prepend(driver.case.plugin)
vim.lsp.config('redline', { cmd = driver.case.server })
vim.cmd('runtime plugin/redline.lua')
local redline = require('redline')

--- Asks on the line of `needle`, and waits for the window of the proposal.
local function propose(path, needle, command)
  local client = driver.open(path)
  local window = vim.api.nvim_get_current_win()
  local row, column = driver.find(needle)
  vim.api.nvim_win_set_cursor(window, { row, column })
  vim.cmd(command)
  driver.wait('a proposal is shown', redline.proposal)
  driver.expect('the kind of the window', vim.bo.filetype, 'diff')
  local shown = driver.text()
  vim.api.nvim_set_current_win(window)
  return client, shown
end

local scenarios = {}

function scenarios.accept()
  local _, shown = propose('shop/prices.py', 'total(', 'Agent refactor rename total to amount')
  local before = driver.text()
  assert(shown:find('\n-def total', 1, true) and shown:find('\n+def amount', 1, true), shown)
  vim.cmd('Agent accept')
  driver.wait('both files have the new name', function()
    return driver.text('shop/prices.py'):find('def amount', 1, true)
      and driver.text('shop/cart.py'):find('import amount', 1, true)
  end)
  driver.wait('the proposal is closed', function()
    return not redline.proposal()
  end)
  driver.expect('confirmations', driver.seen('confirm'), {})
  vim.cmd('silent undo')
  driver.expect('the text after one undo', driver.text(), before)
end

function scenarios.hunks()
  propose('shop/prices.py', 'total(', 'Agent refactor rename total to amount')
  local before = driver.text()
  local chosen
  for number, hunk in ipairs(redline.proposal().hunks) do
    chosen = chosen or (hunk.uri:find('cart.py', 1, true) and number)
  end
  vim.cmd('Agent accept ' .. assert(chosen, 'no hunk in the other file'))
  driver.wait('the chosen hunk is applied', function()
    return driver.text('shop/cart.py'):find('amount', 1, true)
  end)
  driver.expect('the file of the other hunks', driver.text('shop/prices.py'), before)
end

function scenarios.reject()
  local client = propose('shop/prices.py', 'total(', 'Agent refactor rename total to amount')
  local before, cart = driver.text('shop/prices.py'), driver.text('shop/cart.py')
  vim.cmd('Agent reject')
  driver.wait('the proposal is closed', function()
    return not redline.proposal()
  end)
  driver.settle(client)
  driver.expect('the text', driver.text('shop/prices.py'), before)
  driver.expect('the other text', driver.text('shop/cart.py'), cart)
end

function scenarios.typing()
  propose('shop/prices.py', 'total(', 'Agent refactor rename total to amount')
  vim.api.nvim_buf_set_lines(0, 0, 0, true, { '# ünïcödé 😀', '' })
  vim.cmd('Agent accept')
  driver.wait('the change lies below what was typed', function()
    local text = driver.text('shop/prices.py')
    return vim.startswith(text, '# ünïcödé 😀\n\n') and text:find('\ndef amount', 1, true)
  end)
end

function scenarios.explain()
  driver.open('shop/prices.py')
  vim.api.nvim_win_set_cursor(0, { driver.find('total('), 0 })
  vim.cmd('Agent explain')
  driver.wait('an answer is shown', function()
    return vim.bo.filetype == 'markdown'
  end)
  assert(driver.text():find('total', 1, true), driver.text())
end

function scenarios.selection()
  driver.open('shop/cart.py')
  local sent
  local client = vim.lsp.get_clients({ name = 'redline' })[1]
  local request = client.request
  client.request = function(self, method, params, ...)
    sent = method == 'workspace/executeCommand' and params or sent
    return request(self, method, params, ...)
  end
  local row, column = driver.find('größe')
  vim.api.nvim_win_set_cursor(0, { row, column })
  vim.cmd('normal! ve\27') -- ends on a letter of one byte, after two that are wide
  vim.cmd("'<,'>Agent explain")
  local line = vim.fn.getline(row)
  local function units(byte)
    return vim.str_utfindex(line, client.offset_encoding, byte, false)
  end
  local name = #'größe'
  driver.expect('the range', sent.arguments[1].range, {
    start = { line = row - 1, character = units(column) },
    ['end'] = { line = row - 1, character = units(column + name) },
  })
  vim.cmd(('%d,%dAgent explain'):format(row, row + 1))
  driver.expect('the start of lines', sent.arguments[1].range.start, {
    line = row - 1,
    character = 0,
  })
  driver.wait('an answer is shown', function()
    return vim.bo.filetype == 'markdown'
  end)
end

function scenarios.health()
  driver.open('shop/cart.py')
  vim.cmd('checkhealth redline')
  driver.wait('the report is there', function()
    return driver.text():find('running: ', 1, true)
  end)
  assert(not driver.text():find('ERROR', 1, true), driver.text())
  driver.expect('completion', vim.fn.getcompletion('Agent re', 'cmdline'), { 'refactor', 'reject' })
  driver.expect('completion of the rest', vim.fn.getcompletion('Agent accept ', 'cmdline'), {})
  driver.expect('the status line', redline.statusline(), '')
  vim.cmd('helptags ' .. vim.fn.fnameescape(driver.case.plugin .. '/doc'))
  vim.cmd('help :Agent-accept')
  assert(driver.text():find('*:Agent-accept*', 1, true))
end

driver.main(scenarios)
