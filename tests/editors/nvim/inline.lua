-- Ghost text of our own drawing in a buffer, and the next edit, with our plugin.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')
local redline = driver.plugin()
local ghost = require('redline.ghost')

--- A buffer of one line with the cursor at byte `column`, and what is suggested there.
local function given(line, column, item)
  vim.cmd.enew({ bang = true })
  vim.o.virtualedit = 'onemore' -- the cursor behind the end, as in Insert mode
  vim.api.nvim_buf_set_lines(0, 0, -1, true, { line })
  vim.api.nvim_win_set_cursor(0, { 1, column })
  return ghost.of(vim.api.nvim_get_current_buf(), item, 'utf-16')
end

--- The text, and where the cursor is, row from 1.
local function stands()
  local cursor = vim.api.nvim_win_get_cursor(0)
  return { table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n'), cursor[1], cursor[2] }
end

--- What is drawn: at which byte, behind the cursor and below.
local function drawn()
  local space = vim.api.nvim_get_namespaces().redline_ghost
  local marks = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })
  return vim.tbl_map(function(mark)
    local below = vim.tbl_map(function(line)
      return line[1][1]
    end, mark[4].virt_lines or {})
    return { mark[3], mark[4].virt_text[1][1], below }
  end, marks)
end

local function range(from, to)
  return { start = { line = 0, character = from }, ['end'] = { line = 0, character = to } }
end

local scenarios = {}

--- Several lines are taken by word and by line, over the end of a line.
function scenarios.pieces()
  local text = ' größe(x):\n    return "ö😀"\n'
  local now = assert(given('def', 3, { insertText = text, range = range(3, 3) }))
  ghost.draw(now)
  driver.expect('drawn', drawn(), { { 3, ' größe(x):', { '    return "ö😀"', '' } } })
  driver.expect('a word', { ghost.take(now, 'word') }, { 6, false })
  driver.expect('its text', stands(), { 'def größe', 1, 11 })
  driver.expect('signs', { ghost.take(now, 'word') }, { 1, false })
  driver.expect('the rest of the line', { ghost.take(now, 'line') }, { 3, false })
  driver.expect('a word of the next line', { ghost.take(now, 'word') }, { 11, false })
  driver.expect('its text', stands(), { 'def größe(x):\n    return', 2, 10 })
  ghost.draw(now)
  driver.expect('what is left', drawn(), { { 10, ' "ö😀"', { '' } } })
  driver.expect('all of it', { ghost.take(now, 'all') }, { 6, true })
  driver.expect('its text', stands(), { 'def größe(x):\n    return "ö😀"\n', 3, 0 })
end

--- What stands behind the cursor and goes with it is neither shown twice nor left.
function scenarios.closers()
  local item = { insertText = 'items, rate)', range = range(4, 5) }
  local now = assert(given('sum()', 4, item))
  ghost.draw(now)
  driver.expect('drawn', drawn(), { { 4, 'items, rate', {} } })
  driver.expect('a word', { ghost.take(now, 'word') }, { 5, false })
  driver.expect('its text', stands(), { 'sum(items)', 1, 9 })
  driver.expect('a sign', { ghost.take(now, 'word') }, { 1, false })
  driver.expect('the last', { ghost.take(now, 'word') }, { 6, true })
  driver.expect('its text', stands(), { 'sum(items, rate)', 1, 16 })
end

--- It goes when what is typed is something else, and is none where there is nothing to add.
function scenarios.misfits()
  local now = assert(given('re', 2, { insertText = 'return 1', range = range(0, 2) }))
  vim.api.nvim_set_current_line('ret')
  vim.api.nvim_win_set_cursor(0, { 1, 3 })
  driver.expect('what is left', ghost.rest(now), 'urn 1')
  vim.api.nvim_set_current_line('rex')
  driver.expect('of another word', ghost.rest(now), nil)
  driver.expect('whether it is drawn', ghost.draw(now), false)
  driver.expect('drawn', drawn(), {})
  driver.expect('taken', { ghost.take(now, 'all') }, {})
  driver.expect('nothing new', given('re', 2, { insertText = 're', range = range(0, 2) }), nil)
  local elsewhere = { start = { line = 3, character = 0 }, ['end'] = { line = 3, character = 0 } }
  driver.expect('another line', given('re', 2, { insertText = 'x', range = elsewhere }), nil)
end

--- After a rename by hand the next edit leads from use to use, and makes it there.
function scenarios.next_edit()
  driver.open('shop/prices.py')
  driver.wait('the index', function()
    return vim.iter(driver.seen('progress')):any(function(event)
      return event[2] == 'end'
    end)
  end)
  local row = driver.find('total(')
  vim.api.nvim_win_set_cursor(0, { row, 4 })
  driver.keys('cwamount<Esc>')
  vim.cmd('Agent next-edit')
  driver.wait('it goes to the other file', function()
    return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'cart.py'
  end)
  for _ = 1, 2 do
    local before, line = driver.text(), vim.api.nvim_win_get_cursor(0)[1]
    vim.cmd('Agent next-edit')
    driver.wait('it is made here', function()
      return driver.text() ~= before
    end)
    assert(vim.fn.getline(line):find('amount', 1, true), driver.text())
    vim.cmd('Agent next-edit')
    driver.wait('it goes on', function()
      return vim.api.nvim_win_get_cursor(0)[1] ~= line or driver.told('no edit is due')
    end)
  end
  assert(driver.told('no edit is due'), 'it never ends')
  assert(not driver.text('shop/cart.py'):find('total', 1, true), driver.text('shop/cart.py'))
end

--- What was switched outlasts the server: one that is started again is told.
function scenarios.restart()
  local function state(words)
    driver.wait('it is ' .. words, function()
      return redline.inline() == words
    end)
  end
  driver.open('shop/prices.py')
  state('inline')
  vim.cmd('Agent inline language')
  state('inline off')
  vim.cmd('Agent inline snooze 5')
  driver.dies = true
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.uv.kill(child, 'sigkill')
  end
  driver.wait('the server is gone', function()
    return redline.inline() == ''
  end)
  vim.cmd.edit()
  state('inline off')
  vim.cmd('Agent inline language')
  state('inline snoozed')
  vim.cmd('Agent inline on')
  state('inline')
end

driver.main(scenarios)
