-- Asking with our plugin, and what it tells of itself.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')
local redline = driver.plugin()

local scenarios = {}

function scenarios.explain()
  driver.open('shop/prices.py')
  vim.api.nvim_win_set_cursor(0, { driver.find('total('), 0 })
  vim.cmd('Agent explain')
  driver.wait('an answer is shown', function()
    return vim.bo.filetype == 'markdown'
  end)
  assert(driver.text():find('total', 1, true), driver.text())
  assert(#driver.seen('progress') >= 2, 'no LspProgress')
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
  driver.answers = { driver.case.workspace }
  vim.cmd('Agent trust')
  driver.wait('the folder is trusted', function()
    return driver.told('is trusted')
  end)
  vim.cmd('checkhealth redline')
  driver.wait('the report is there', function()
    return driver.text():find('running: ', 1, true)
  end)
  assert(not driver.text():find('ERROR', 1, true), driver.text())
  local names = vim.fn.getcompletion('Agent re', 'cmdline')
  driver.expect('completion', names, { 'refactor', 'reject', 'resume', 'review', 'revise' })
  driver.expect('of accept', vim.fn.getcompletion('Agent accept ', 'cmdline'), { 'all', 'file' })
  driver.expect('the status line', redline.statusline(), '')
  vim.cmd('helptags ' .. vim.fn.fnameescape(driver.case.plugin .. '/doc'))
  for _, tag in ipairs({ ':Agent-accept', 'redline-mappings', 'g:redline_virtual_text' }) do
    vim.cmd('help ' .. tag)
    assert(driver.text():find('*' .. tag .. '*', 1, true), tag)
  end
  vim.cmd('help redline-asking')
  for _, name in ipairs(vim.fn.getcompletion('Agent ', 'cmdline')) do
    local told = driver.text():find('\n        ' .. name .. '  ', 1, true)
    assert(told or pcall(vim.cmd.help, ':Agent-' .. name), 'no help for ' .. name)
  end
end

driver.main(scenarios)
