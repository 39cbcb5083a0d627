-- Reviewing with our plugin: in place, in the review, by quickfix list.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')
local redline = driver.plugin()

local PRICES, CART = 'shop/prices.py', 'shop/cart.py'
local RENAME = 'Agent refactor rename total to amount'

--- Opens the file, asks on the line of `needle`, and waits for the proposal.
local function propose(path, needle, command)
  local client = driver.open(path)
  local row, column = driver.find(needle)
  vim.api.nvim_win_set_cursor(0, { row, column })
  vim.cmd(command)
  driver.wait('a proposal', redline.proposal)
  return client, redline.proposal()
end

--- The review's right side: the buffer of what `path` would be, once it holds that.
local function proposed(path)
  local found
  driver.wait('the text proposed for ' .. path, function()
    for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
      local buffer = vim.api.nvim_win_get_buf(win)
      if vim.api.nvim_buf_get_name(buffer):find('^redline:/proposal/.*/after/' .. path .. '$') then
        found = buffer
      end
    end
    return found and vim.api.nvim_buf_line_count(found) > 1
  end)
  return found
end

--- What the server says a document is.
local function content(client, buffer)
  local params = { uri = vim.api.nvim_buf_get_name(buffer) }
  local reply = client:request_sync('workspace/textDocumentContent', params, 30000, 0)
  return assert(reply and reply.result, vim.inspect(reply)).text
end

--- The overview of the review, as one text.
local function overview()
  return driver.bytes(vim.fn.bufadd('redline://review'))
end

local function statuses()
  local proposal = redline.proposal()
  return proposal and vim.tbl_map(function(hunk)
    return hunk.status
  end, proposal.hunks) or {}
end

local function count(status)
  return #vim.tbl_filter(function(each)
    return each == status
  end, statuses())
end

--- Puts the cursor into the window of a buffer, on the first line with `needle`.
local function cursor_to(buffer, needle)
  vim.api.nvim_set_current_win(vim.fn.win_findbuf(buffer)[1])
  vim.api.nvim_win_set_cursor(0, { driver.find(needle), 0 })
end

--- True where a hunk is marked in the review's text under the cursor.
local function on_hunk()
  local namespace = vim.api.nvim_get_namespaces()['redline.review']
  local at = { vim.fn.line('.') - 1, 0 }
  return #vim.api.nvim_buf_get_extmarks(0, namespace, at, at, {}) > 0
end

--- Presses `]h` or `[h` and waits until the cursor is on another hunk.
local function step(key)
  local function place()
    return vim.api.nvim_buf_get_name(0) .. ':' .. vim.fn.line('.')
  end
  local from = place()
  driver.keys(key)
  driver.wait('another hunk', function()
    return place() ~= from and on_hunk()
  end)
  return place()
end

--- Goes on until the cursor is in the text proposed for `path`.
local function step_to(key, path)
  driver.wait('the cursor is on a hunk', function()
    return vim.api.nvim_buf_get_name(0):find('/after/', 1, true)
  end)
  while not vim.api.nvim_buf_get_name(0):find(path, 1, true) do
    step(key)
  end
  return proposed(path)
end

local function no_proposal()
  driver.wait('the proposal is closed', function()
    return not redline.proposal()
  end)
end

local scenarios = {}

--- All hunks by one key: what was shown is what is in the buffers and, written, on disk.
function scenarios.all()
  local client, proposal = propose(PRICES, 'total(', RENAME)
  local before = { [PRICES] = driver.text(PRICES), [CART] = driver.text(CART) }
  driver.expect('the tab pages, until asked', #vim.api.nvim_list_tabpages(), 1)
  assert(driver.told(':Agent review'), 'nothing was said')
  vim.cmd('Agent review ' .. proposal.id)
  driver.expect('the tab pages', #vim.api.nvim_list_tabpages(), 2)
  local shown = {}
  for _, path in ipairs({ PRICES, CART }) do
    local buffer = step_to(']h', path)
    shown[path] = driver.bytes(buffer)
    driver.expect('the text of ' .. path, shown[path], content(client, buffer))
    assert(shown[path]:find('amount', 1, true) and not shown[path]:find('total(', 1, true))
    assert(vim.wo.diff, 'no diff')
  end
  assert(overview():find('check: ', 1, true) and overview():find('computed', 1, true), overview())
  driver.keys('gA')
  no_proposal()
  driver.expect('the tab pages afterwards', #vim.api.nvim_list_tabpages(), 1)
  driver.expect('confirmations', driver.seen('confirm'), {})
  vim.cmd('silent wall')
  for path, text in pairs(shown) do
    driver.expect('the buffer of ' .. path, driver.text(path), text)
    driver.expect('the file ' .. path, driver.disk(path), text)
    vim.cmd.buffer(path)
    driver.expect('left in diff mode', vim.wo.diff, false)
    vim.cmd('silent undo')
    driver.expect('one undo in ' .. path, driver.text(), before[path])
    vim.cmd('silent redo')
    driver.expect('one redo in ' .. path, driver.text(), text)
  end
end

--- One hunk by its key, one rejected, the rest of a file; next and previous across files.
function scenarios.each()
  propose(PRICES, 'total(', RENAME)
  local prices = driver.text(PRICES)
  vim.cmd('Agent review')
  local total = count('fresh')
  assert(total >= 3, 'hunks of two files')
  step_to('[h', CART)
  local places = {}
  for _ = 1, 2 * total do -- round it twice
    places[step(']h')] = true
  end
  driver.expect('hunks visited', vim.tbl_count(places), total)
  cursor_to(step_to('[h', CART), 'import amount')
  driver.keys('a')
  driver.wait('the import is accepted', function()
    return count('accepted') == 1
  end)
  driver.wait('the line is there', function()
    return driver.text(CART):find('import amount', 1, true)
  end)
  assert(driver.text(CART):find('= total(', 1, true), 'more than one hunk was applied')
  cursor_to(proposed(CART), '= amount(')
  driver.keys('r')
  driver.wait('the call is rejected', function()
    return count('rejected') == 1
  end)
  driver.wait('it is told', function()
    return overview():find('rejected', 1, true)
  end)
  driver.expect('the other file', driver.text(PRICES), prices)
  vim.cmd('tabclose')
  vim.cmd.edit(PRICES)
  vim.cmd('Agent accept file')
  no_proposal()
  assert(driver.text(PRICES):find('def amount', 1, true), driver.text(PRICES))
  assert(driver.text(CART):find('= total(', 1, true), 'what was rejected was applied')
end

--- In the review: our keys there, none in the file, and the user's own as they were.
local function only_our_buffers_are_mapped(buffer)
  for _, map in ipairs(vim.api.nvim_buf_get_keymap(buffer, 'n')) do
    assert(not (map.rhs or ''):find('Agent', 1, true), 'a key of ours in the file: ' .. map.lhs)
  end
  local global = vim.iter(vim.api.nvim_get_keymap('n')):find(function(map)
    return map.lhs == 'a'
  end)
  driver.expect("the user's key", global.desc, 'mine')
  driver.expect('the key in the review', vim.fn.maparg('a', 'n'), '<Cmd>Agent accept<CR>')
end

local function nothing_is_left_behind()
  for _, each in ipairs(vim.api.nvim_list_bufs()) do
    assert(not vim.api.nvim_buf_get_name(each):find('redline:/p', 1, true), 'left behind')
  end
end

--- What names no hunk does nothing, and is said.
local function wrong_hunks_are_refused()
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd('Agent accept')
  assert(driver.told('there is no hunk here'), 'nothing was said')
  vim.cmd('Agent accept 99')
  assert(driver.told('there is no hunk 99'), 'nothing was said')
end

--- `:Agent` in the file itself: by cursor, range, number; nothing of the user's is mapped.
function scenarios.place()
  vim.keymap.set('n', 'a', '<Nop>', { desc = 'mine' })
  local client, proposal = propose(CART, 'total', RENAME)
  local buffer = vim.api.nvim_get_current_buf()
  local row = driver.find('import total')
  local call = driver.find('= total(')
  assert(driver.behind(buffer)[row]:find('redline %d/%d computed'))
  local last = proposal.hunks[#proposal.hunks]
  driver.command(client, 'redline.preview', { proposal = proposal.id, hunk = last.id })
  driver.wait('the review, at that hunk', function()
    return vim.api.nvim_buf_get_name(0):find(vim.fs.basename(last.uri), 1, true) and on_hunk()
  end)
  only_our_buffers_are_mapped(buffer)
  driver.keys('q')
  nothing_is_left_behind()
  vim.api.nvim_set_current_buf(buffer)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.keymap.set('n', 'gj', '<Plug>(redline-next)')
  for _, line in ipairs({ row, call }) do
    driver.keys('gj')
    driver.expect('the line of the next hunk', vim.fn.line('.'), line)
  end
  vim.api.nvim_win_set_cursor(0, { row, 0 })
  vim.keymap.set('x', 'gr', '<Plug>(redline-reject)')
  driver.keys('Vgr')
  driver.wait('the mark is gone', function()
    return driver.behind(buffer)[row] == nil
  end)
  vim.api.nvim_win_set_cursor(0, { call, 0 })
  vim.keymap.set('n', 'gk', '<Plug>(redline-accept)')
  driver.keys('gk')
  driver.wait('the call is changed', function()
    return driver.text(CART):find('= amount(', 1, true)
  end)
  assert(driver.text(CART):find('import total', 1, true), driver.text(CART))
  wrong_hunks_are_refused()
  vim.cmd('Agent reject all')
  no_proposal()
  driver.expect('marks', driver.behind(buffer), {})
end

--- The user types while a proposal is open: the marks and the text on the right follow.
function scenarios.typing()
  local client = propose(PRICES, 'total(', RENAME)
  local buffer = vim.api.nvim_get_current_buf()
  vim.cmd('Agent review')
  local right = proposed(PRICES)
  vim.api.nvim_set_current_win(vim.fn.win_findbuf(buffer)[#vim.fn.win_findbuf(buffer)])
  vim.api.nvim_buf_set_lines(buffer, 0, 0, true, { '# ünïcödé 😀', '' })
  driver.wait('the text on the right has it too', function()
    return vim.startswith(driver.bytes(right), '# ünïcödé 😀\n\n')
  end)
  driver.expect('the text on the right', driver.bytes(right), content(client, right))
  vim.api.nvim_set_current_buf(buffer)
  local row = driver.find('def total')
  driver.wait('the mark is on its line', function()
    return driver.behind(buffer)[row]
  end)
  local shown = driver.bytes(right)
  vim.cmd('Agent accept all')
  no_proposal()
  driver.expect('what was shown is what is there', driver.text(PRICES), shown)
end

--- The quickfix list is filled anew while it is ours; another list is left alone.
function scenarios.quickfix()
  vim.g.redline_virtual_text = false
  local _, proposal = propose(PRICES, 'total(', RENAME)
  for _, text in pairs(driver.behind(0)) do
    driver.expect('virtual text, switched off', text, '')
  end
  vim.cmd('Agent quickfix')
  local mine = vim.fn.getqflist({ id = 0, title = 1, items = 1 })
  driver.expect('the title', mine.title, 'redline: ' .. proposal.title)
  driver.expect('the items', #mine.items, #proposal.hunks)
  vim.fn.setqflist({}, ' ', { title = 'other', items = { { text = 'grep' } } })
  vim.cmd('cfirst 1 | wincmd t')
  vim.cmd('Agent reject 1')
  driver.wait('the list is shorter', function()
    return #vim.fn.getqflist({ id = mine.id, items = 1 }).items == #proposal.hunks - 1
  end)
  local other = vim.fn.getqflist({ title = 1, items = 1 })
  driver.expect('the list on top', { other.title, #other.items }, { 'other', 1 })
  vim.cmd('silent colder | silent cfirst')
  local name = vim.api.nvim_buf_get_name(0)
  assert(name:find('shop/', 1, true), name)
  vim.cmd('Agent reject all')
  driver.wait('the list is empty', function()
    return #vim.fn.getqflist({ id = mine.id, items = 1 }).items == 0
  end)
end

--- Two proposals at once: each keeps its hunks, and either can be reviewed.
function scenarios.several()
  local _, first = propose(PRICES, 'total(', RENAME)
  vim.cmd.edit(CART)
  vim.api.nvim_win_set_cursor(0, { driver.find('net ='), 0 })
  vim.cmd('Agent refactor rename bill to invoice')
  driver.wait('another proposal', function()
    return #redline.proposals() == 2
  end)
  local second = redline.proposal()
  driver.wait('the status line counts', function()
    return redline.statusline():find('^agent: %d+ to review$')
  end)
  driver.answers = { first.title }
  vim.cmd('Agent proposals')
  step_to(']h', PRICES)
  assert(overview():find(first.title, 1, true), overview())
  driver.answers = { second.title }
  vim.cmd('Agent proposals')
  proposed(CART)
  assert(overview():find(second.title, 1, true), overview())
  driver.expect('the tab pages', #vim.api.nvim_list_tabpages(), 2)
  driver.keys('gA')
  driver.wait('one is left', function()
    return #redline.proposals() == 1 and driver.text(CART):find('def invoice', 1, true)
  end)
  driver.expect('the one left', redline.proposal().id, first.id)
  assert(driver.text(CART):find('import total', 1, true), driver.text(CART))
end

--- Files are created, renamed and deleted, and all of that is rolled back.
function scenarios.files()
  propose(CART, 'def bill', 'Agent refactor tidy up')
  local before = { [PRICES] = driver.disk(PRICES), [CART] = driver.disk(CART) }
  vim.cmd('Agent accept all')
  driver.wait('the files are there and gone', function()
    return driver.there('shop/rates.py')
      and driver.there('shop/basket.py')
      and not (driver.there(CART) or driver.there(PRICES))
  end)
  no_proposal()
  vim.cmd('silent wall')
  driver.expect('the new file', driver.disk('shop/rates.py'), 'VAT = 20\n')
  driver.expect('the renamed file', driver.disk('shop/basket.py'), before[CART])
  driver.answers = { os.date('%Y-') }
  vim.cmd('Agent rollback')
  driver.wait('all is as it was', function()
    vim.cmd('silent! wall')
    return driver.there(CART)
      and driver.there(PRICES)
      and driver.disk(PRICES) == before[PRICES]
      and not (driver.there('shop/rates.py') or driver.there('shop/basket.py'))
  end)
  driver.expect('the file of the old name', driver.disk(CART), before[CART])
end

driver.main(scenarios)
