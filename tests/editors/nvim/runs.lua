-- Runs with our plugin: questions, stopping, the past, another round, a server that dies.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')

local PRICES, CART = 'shop/prices.py', 'shop/cart.py'
local ROUND = 'Agent refactor round the tax'
local options = { budget = { budget = { model_calls = 2 } } }
local redline = driver.plugin(options[driver.case.scenario])

local function proposal(wanted)
  driver.wait('a proposal', function()
    local found = redline.proposal()
    return found and (not wanted or wanted(found))
  end)
  return redline.proposal()
end

local function status(text)
  driver.wait('the status line says ' .. text, function()
    return redline.statusline() == text
  end)
end

--- The text on the right of the review.
local function proposed()
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer = vim.api.nvim_win_get_buf(win)
    if vim.api.nvim_buf_get_name(buffer):find('/after/', 1, true) then
      return driver.bytes(buffer)
    end
  end
  return ''
end

local scenarios = {}

--- A question that was closed waits, and the run goes on once it is answered.
function scenarios.answer()
  driver.open(PRICES)
  driver.answers = { 'close' }
  vim.cmd('Agent refactor give total a better name')
  driver.wait('the run waits', function()
    return #driver.seen('select') == 1 and driver.told(':Agent answer')
  end)
  status('agent: waiting for you')
  driver.expect('the question', driver.seen('select')[1][2], 'Which name?')
  driver.answers = { 'amount' }
  vim.cmd('Agent answer')
  driver.expect('its title', proposal().title, 'Call it amount')
  driver.expect('nothing was written', driver.text(), driver.disk(PRICES))
end

--- A run under way is stopped; its question goes with it.
function scenarios.stop()
  local client = driver.open(PRICES)
  local told = {}
  vim.api.nvim_create_autocmd('User', {
    pattern = 'RedlineRun',
    callback = function(event)
      told[#told + 1] = event.data
    end,
  })
  driver.answers = { '' }
  vim.cmd('Agent refactor give total a better name')
  driver.wait('the run waits', function()
    return #driver.seen('input') == 1
  end)
  status('agent: waiting for you')
  vim.cmd('Agent stop')
  status('')
  driver.expect('how it ended', told[#told].state, 'cancelled')
  vim.cmd('Agent answer')
  assert(driver.told('there is no question'), 'its question is still there')
  vim.cmd('Agent stop')
  assert(driver.told('nothing is running'), 'nothing was said')
  driver.answers = { '', '', 'all of them' }
  for count = 2, 3 do
    vim.cmd('Agent refactor give total a better name')
    driver.wait('it waits too', function()
      return #driver.seen('input') == count
    end)
  end
  vim.cmd('Agent stop')
  status('')
  driver.expect('what was offered', #driver.seen('select')[1][3], 3)
  driver.settle(client)
  driver.expect('proposals', redline.proposals(), {})
  driver.answers = { '' }
  vim.cmd('Agent refactor give total a better name')
  driver.wait('it waits once more', function()
    return #driver.seen('input') == 4
  end)
  vim.cmd('Agent stop-all')
  status('')
  driver.wait('it is said', function()
    return driver.told('all runs are stopped')
  end)
  vim.cmd('Agent resume')
  driver.wait('runs may begin again', function()
    return driver.told('runs may begin again')
  end)
  driver.answers = { '' }
  vim.cmd('Agent refactor give total a better name')
  driver.wait('one begins', function()
    return #driver.seen('input') == 5
  end)
end

function scenarios.budget()
  driver.open(CART)
  vim.cmd(ROUND)
  status('agent: stopped by budget')
  assert(driver.told('budget'), 'nothing was said')
end

--- What was accepted is in the list of runs, has a timeline, and can be taken back.
function scenarios.history()
  driver.open(PRICES)
  local before = { [PRICES] = driver.text(PRICES), [CART] = driver.text(CART) }
  vim.api.nvim_win_set_cursor(0, { driver.find('total('), 0 })
  vim.cmd('Agent refactor rename total to amount')
  proposal()
  vim.cmd('Agent accept all')
  driver.wait('it is accepted', function()
    return not redline.proposal() and driver.told('applied')
  end)
  assert(driver.text(CART):find('= amount(', 1, true), driver.text(CART))
  driver.answers = { os.date('%Y-') }
  vim.cmd('Agent runs')
  driver.wait('the timeline is shown', function()
    return vim.bo.filetype == 'markdown' and driver.text():find('propos', 1, true)
  end)
  driver.keys('q')
  driver.answers = { os.date('%Y-') }
  vim.cmd('Agent rollback')
  for path, text in pairs(before) do
    driver.wait(path .. ' is as it was', function()
      return driver.text(path) == text
    end)
  end
end

--- The server is killed: its marks go. It comes back, and so does the proposal.
function scenarios.restart()
  driver.open(PRICES)
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_win_set_cursor(0, { driver.find('total('), 0 })
  vim.cmd('Agent refactor rename total to amount')
  local first = proposal()
  status(('agent: %d to review'):format(#first.hunks))
  vim.cmd('Agent review')
  driver.dies = true
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.uv.kill(child, 'sigkill')
  end
  driver.wait('the server is gone', function()
    return #vim.lsp.get_clients() == 0 and not redline.proposal()
  end)
  driver.expect('the marks', driver.behind(buffer), {})
  driver.expect('the tab pages', #vim.api.nvim_list_tabpages(), 1)
  vim.cmd.edit()
  local again = proposal()
  driver.expect('the same proposal', { again.id, again.title }, { first.id, first.title })
  driver.wait('its marks', function()
    return next(driver.behind(buffer))
  end)
  vim.cmd('Agent accept all')
  driver.wait('both files have the new name', function()
    return not redline.proposal()
      and driver.text(PRICES):find('def amount', 1, true)
      and driver.text(CART):find('= amount(', 1, true)
  end)
end

--- The user types over a hunk: it is stale, and is asked for again; by a tool where the change
--- still fits what was typed, else by the model. The review goes along.
function scenarios.stale()
  driver.open(CART)
  local buffer = vim.api.nvim_get_current_buf()
  local row = driver.find('tax =')
  vim.cmd(ROUND)
  local first = proposal()
  vim.cmd('Agent review')
  local function stale()
    driver.wait('the hunk is stale', function()
      local _, text = next(driver.behind(buffer))
      return text and text:find('stale', 1, true)
    end)
  end
  local function again(round)
    vim.cmd('Agent again')
    local found = proposal(function(each)
      return each.round == round
    end)
    driver.expect('its run', found.run, first.run)
    driver.expect('how many are open', #redline.proposals(), 1)
    driver.wait('the review shows it', function()
      local text = driver.bytes(vim.fn.bufadd('redline://review'))
      return text:find(('round %d)'):format(round), 1, true) and not text:find('stale', 1, true)
    end)
  end
  vim.api.nvim_buf_set_text(buffer, row - 1, 4, row - 1, 7, { 'vat' })
  stale()
  vim.cmd('Agent accept all')
  driver.wait('it is left out', function()
    return driver.told('changed since')
  end)
  assert(driver.text(CART):find('vat = net * rate', 1, true), driver.text(CART))
  again(2)
  driver.wait('it fits what was typed', function()
    return proposed():find('vat = round(net * rate)', 1, true)
  end)
  vim.api.nvim_buf_set_lines(buffer, row - 1, row, true, { '    vat = net // 5' })
  stale()
  again(3)
  vim.cmd('Agent accept all')
  driver.wait('it is there', function()
    return not redline.proposal() and driver.text(CART):find('vat = round(net / 5, 2)', 1, true)
  end)
end

--- The user's words go back to the run, which proposes anew.
function scenarios.comment()
  driver.open(CART)
  vim.cmd(ROUND)
  local first = proposal()
  vim.cmd('Agent review')
  driver.wait('the cursor is on the hunk', function()
    return vim.fn.getline('.'):find('round(net * rate)', 1, true)
  end)
  driver.answers = { 'two digits, please' }
  driver.keys('c')
  local second = proposal(function(found)
    return found.id ~= first.id
  end)
  driver.expect('its round', second.round, 2)
  driver.expect('how many are open', #redline.proposals(), 1)
  driver.wait('the review shows it', function()
    return proposed():find('round(net * rate, 2)', 1, true)
  end)
  vim.cmd('Agent accept all')
  driver.wait('it is there', function()
    return not redline.proposal() and driver.text(CART):find('tax = round(net * rate, 2)', 1, true)
  end)
end

driver.main(scenarios)
