-- Neovim with nothing of ours but the name of the server.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')

vim.lsp.config('redline', {
  cmd = driver.case.server,
  filetypes = { 'python' },
  root_markers = { '.git' },
})
vim.lsp.enable('redline')

--- Asks for the code action `title` on the lines `first` to `last`.
local function code_action(title, first, last)
  local width = #vim.fn.getline(last)
  vim.lsp.buf.code_action({
    apply = true,
    range = { start = { first, 0 }, ['end'] = { last, math.max(0, width - 1) } },
    filter = function(action)
      return action.title == title
    end,
  })
end

local scenarios = {}

function scenarios.rename()
  driver.open('shop/prices.py')
  local before = driver.text()
  local cart = driver.text('shop/cart.py')
  driver.answers = { 'Apply' }
  local row = driver.find('def total')
  code_action('agent: refactor', row, row + 2)
  driver.wait('the buffer has the new name', function()
    return driver.text():find('def amount', 1, true)
  end)
  driver.wait('the other file has it too', function()
    local text = driver.text('shop/cart.py')
    return text:find('import amount', 1, true) and text:find('amount(', 1, true)
  end)
  assert(not driver.text():find('agent:', 1, true), 'the instruction comment is still there')
  driver.expect('confirmations', driver.seen('confirm'), {})
  driver.expect('questions asked', #driver.seen('select'), 1)
  vim.cmd('silent undo')
  driver.expect('the text after one undo', driver.text(), before)
  vim.cmd.edit('shop/cart.py')
  vim.cmd('silent undo')
  driver.expect('the other text after one undo', driver.text(), cart)
end

function scenarios.offers()
  local client = driver.open('shop/cart.py')
  local before = driver.text()
  driver.answers = { 'Extract function', 'Discard' }
  code_action('agent: refactor', driver.find('net ='), (driver.find('tax =')))
  driver.wait('both questions were asked', function()
    return #driver.seen('select') >= 2
  end)
  local offers, review = unpack(driver.seen('select'))
  assert(vim.list_contains(offers[3], 'Extract function'), vim.inspect(offers))
  assert(vim.list_contains(review[3], 'Apply'), vim.inspect(review))
  assert(vim.list_contains(review[3], 'Discard'), vim.inspect(review))
  driver.settle(client)
  driver.expect('the text after Discard', driver.text(), before)
end

function scenarios.closed()
  local client = driver.open('shop/cart.py')
  local before = driver.text()
  driver.answers = { 'close' }
  code_action('agent: refactor', driver.find('net ='), (driver.find('tax =')))
  driver.wait('the offers were shown', function()
    return #driver.seen('select') >= 1
  end)
  driver.settle(client)
  driver.expect('the text when the offers were closed', driver.text(), before)
end

driver.main(scenarios)
