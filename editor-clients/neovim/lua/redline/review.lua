--- The review: a tab page with the file beside what it would be, and an overview below.
local connection = require('redline.client')
local marks = require('redline.marks')
local panes = require('redline.panes')
local proposals = require('redline.proposals')
local virtual = require('redline.virtual')

local M = {}

---@type redline.View?
local view = nil

local KEYS = {
  { 'a', 'accept', 'Accept this hunk' },
  { 'r', 'reject', 'Reject this hunk' },
  { 'A', 'accept file', 'Accept the hunks of this file' },
  { 'R', 'reject file', 'Reject the hunks of this file' },
  { 'gA', 'accept all', 'Accept all hunks' },
  { 'gR', 'reject all', 'Reject all hunks' },
  { 's', 'again', 'Ask again for what is stale' },
  { 'c', 'revise', 'Send back with a comment' },
  { ']h', 'next', 'Next hunk' },
  { '[h', 'prev', 'Previous hunk' },
}

--- Our keys, in a buffer of our own.
---@param buffer integer
local function map_keys(buffer)
  local function map(key, action, about)
    vim.keymap.set('n', key, action, { buffer = buffer, desc = about, nowait = true })
  end
  for _, each in ipairs(KEYS) do
    map(each[1], ('<Cmd>Agent %s<CR>'):format(each[2]), each[3])
  end
  map('q', M.close, 'Close the review')
  map('<CR>', M.enter, 'Go to this hunk in its file')
end

--- The review, while the user is in its tab page.
---@return redline.View?
local function current()
  local here = panes.valid(view) and vim.api.nvim_get_current_tabpage() == view.tab
  return here and view or nil
end

--- Closes the review; what is open stays open.
function M.close()
  local closing = view
  view = nil
  if not closing then
    return
  end
  panes.undiff(closing)
  if not vim.api.nvim_tabpage_is_valid(closing.tab) then
    return
  end
  if #vim.api.nvim_list_tabpages() == 1 then
    vim.cmd('tabnew')
  end
  vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(closing.tab))
  virtual.sweep()
end

--- Puts the cursor on a hunk: on the right, or in the overview when it is not in that text.
---@param hunk table
local function go_to(hunk)
  for line, row in pairs(view.about.rows) do
    if row.number and view.entry.proposal.hunks[row.number].id == hunk.id then
      panes.put_cursor(view.below, line - 1)
    end
  end
  local row = panes.proposed_row(hunk)
  panes.put_cursor(view.left, marks.row(hunk) or row or 0)
  vim.api.nvim_set_current_win(row and view.right or view.below)
  if row then
    panes.put_cursor(view.right, row)
    vim.cmd('normal! zz')
  end
end

---@param uri string
---@return integer which of the proposal's files it is
local function rank_of(uri)
  for rank, file in ipairs(view.entry.proposal.files) do
    if file.uri == uri then
      return rank
    end
  end
  return 1
end

--- Shows a hunk, in whichever file it is, and calls `done`.
---@param hunk table
---@param done fun()?
local function show_hunk(hunk, done)
  local function arrive()
    if current() then
      go_to(hunk)
    end
    if done then
      done()
    end
  end
  local rank = rank_of(hunk.uri)
  if rank == view.file then
    return arrive()
  end
  panes.show_file(view, rank, map_keys, arrive)
end

--- Opens the review of a proposal, at one of its hunks.
---@param entry redline.Entry
---@param id string? of the hunk; the first that is open when left out
function M.open(entry, id)
  if panes.valid(view) then
    vim.api.nvim_set_current_tabpage(view.tab)
    view.entry = entry
    panes.write_overview(view)
  else
    M.close()
    view = panes.lay_out(entry, map_keys)
  end
  view.file = 0 -- whichever it is, it is shown anew
  local hunks = entry.proposal.hunks
  local wanted = vim.iter(hunks):find(function(hunk)
    return hunk.id == id
  end)
  show_hunk(wanted or proposals.undecided(entry.proposal)[1] or hunks[1])
end

--- Another round of the same run, which takes the place of the one before it.
local function successor(proposal)
  return vim.iter(proposals.list()):find(function(entry)
    return entry.proposal.run == proposal.run and entry.proposal.id ~= proposal.id
  end)
end

--- Shows the next round of a run where the round before it was shown.
local function follow(entry)
  view.entry = entry
  panes.write_overview(view)
  panes.show_file(view, 1, map_keys)
  virtual.sweep()
end

--- Takes in what changed of a proposal that may be under review.
---@param entry redline.Entry
function M.update(entry)
  if not panes.valid(view) or view.entry.proposal.run ~= entry.proposal.run then
    return
  end
  if view.entry.proposal.id == entry.proposal.id then
    view.entry = entry
  end
  local shown = view.entry.proposal
  local next_round = successor(shown)
  if proposals.get(shown.id) then
    panes.write_overview(view)
    panes.refill(view)
  elseif next_round then
    follow(next_round)
  elseif shown.state == 'expired' then
    panes.write_overview(view)
  else
    M.close()
  end
end

--- Closes the review of a proposal whose server is gone.
---@param id string
function M.forget(id)
  if view and view.entry.proposal.id == id then
    M.close()
  end
end

--- A window of the review was closed by the user: the rest of it goes too.
---@param win integer
function M.closed(win)
  if view and (win == view.left or win == view.right or win == view.below) then
    vim.schedule(M.close)
  end
end

--- Hunks of the shown file on the rows of the text on the right.
local function proposed_on(first, last)
  local uri = view.entry.proposal.files[view.file].uri
  return vim.tbl_filter(function(hunk)
    local range = hunk.uri == uri and hunk.proposedRange
    if not range then
      return false
    end
    local finish = math.max(range['end'].line - 1, range.start.line)
    return range.start.line <= last and finish >= first
  end, proposals.undecided(view.entry.proposal))
end

--- Hunks on the lines of the overview.
local function listed_on(first, last)
  local found = {}
  for line = first + 1, last + 1 do
    local row = view.about.rows[line]
    found[#found + 1] = row and row.number and view.entry.proposal.hunks[row.number]
  end
  return found
end

--- The proposal under review, and its hunks on the rows; nil for those where the cursor is in
--- the file itself.
---@param first integer
---@param last integer
---@return redline.Entry?
---@return table[]?
function M.here(first, last)
  if not current() then
    return nil
  end
  local at = vim.api.nvim_get_current_win()
  if at == view.right then
    return view.entry, proposed_on(first, last)
  end
  return view.entry, at == view.below and listed_on(first, last) or nil
end

--- The uri of the file at the cursor, in the review.
---@return string?
function M.file()
  if not current() then
    return nil
  end
  local below = vim.api.nvim_get_current_win() == view.below
  local row = below and view.about.rows[vim.api.nvim_win_get_cursor(view.below)[1]]
  return view.entry.proposal.files[row and row.file or view.file].uri
end

--- Goes to the next hunk of the review; false when the user is not in it.
---@param direction 1|-1
---@return boolean
function M.step(direction)
  if not current() then
    return false
  end
  local at = vim.api.nvim_get_current_win()
  local here = vim.api.nvim_win_get_cursor(at)[1] - 1
  local function row_of(hunk)
    return (at == view.right and panes.proposed_row(hunk)) or marks.row(hunk) or 0
  end
  local listed = at == view.below and listed_on(here, here)[1]
  if listed then
    here = row_of(listed)
  end
  local target = require('redline.target')
  local found = target.neighbour(view.entry, M.file(), here, direction, row_of)
  if found then
    show_hunk(found)
  else
    connection.say('no hunk is left')
  end
  return true
end

--- After a decision: goes on to the next hunk, unless the cursor is on one.
function M.advance()
  if not current() then
    return
  end
  panes.refill(view, function()
    local row = vim.api.nvim_win_get_cursor(0)[1] - 1
    local entry, hunks = M.here(row, row)
    local undecided = entry and proposals.undecided(entry.proposal) or {}
    local decided = not vim.iter(undecided):any(function(hunk)
      return vim.list_contains(hunks or {}, hunk)
    end)
    if hunks and decided and #undecided > 0 then
      M.step(1)
    end
  end)
end

--- Goes from the overview or the right side to the same hunk in the file itself.
function M.enter()
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local _, hunks = M.here(row, row)
  local hunk = hunks and hunks[1]
  local function cross()
    if current() then
      vim.api.nvim_set_current_win(view.left)
    end
  end
  if hunk then
    show_hunk(hunk, cross)
  else
    cross()
  end
end

return M
