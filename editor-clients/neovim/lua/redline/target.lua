--- What a command is about: which proposal, and which of its hunks.
local connection = require('redline.client')
local files = require('redline.files')
local marks = require('redline.marks')
local proposals = require('redline.proposals')

local M = {}

--- Hunks of `proposal` on the rows `first` to `last` of the current buffer.
local function hunks_on(proposal, first, last)
  local buffer = vim.api.nvim_get_current_buf()
  return vim.tbl_filter(function(hunk)
    local from, to = marks.rows(hunk)
    return from and files.buffer(hunk.uri) == buffer and from <= last and to >= first
  end, proposals.undecided(proposal))
end

--- The proposal meant at the cursor, and its hunks there: the one under review, else one with
--- hunks on the rows, else the newest.
---@param first integer row from 0
---@param last integer
---@return redline.Entry?
---@return table[] hunks
function M.at(first, last)
  local entry, hunks = require('redline.review').here(first, last)
  if entry then
    return entry, hunks or hunks_on(entry.proposal, first, last)
  end
  local entries = proposals.list()
  for _, each in ipairs(entries) do
    local found = hunks_on(each.proposal, first, last)
    if #found > 0 then
      return each, found
    end
  end
  return entries[1], {}
end

---@param given table what `nvim_create_user_command` passes on
---@return redline.Entry?
---@return table[] hunks
function M.given(given)
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local first = given.range > 0 and given.line1 or row
  local last = given.range > 0 and given.line2 or row
  return M.at(first - 1, last - 1)
end

--- The file the cursor is in: that of the review, else the buffer's own.
local function file_here()
  return require('redline.review').file() or vim.uri_from_bufnr(0)
end

--- Hunks by their numbers; nil, and said, when a word is none.
local function numbered(proposal, words)
  local found = {}
  for _, word in ipairs(words) do
    local hunk = proposal.hunks[tonumber(word)]
    if not hunk then
      return connection.say(('there is no hunk %s'):format(word), vim.log.levels.ERROR)
    end
    found[#found + 1] = hunk
  end
  return found
end

--- The hunks a command names: `all`, `file`, numbers, or those under the cursor or in the range.
--- nil, and said, when there are none.
---@param words string[]
---@param given table
---@return redline.Entry?
---@return table[]? hunks
function M.named(words, given)
  local entry, here = M.given(given)
  if not entry then
    return connection.say('there is no proposal')
  end
  local found = here
  if words[1] == 'all' then
    found = proposals.undecided(entry.proposal)
  elseif words[1] == 'file' then
    local uri = file_here()
    found = vim.tbl_filter(function(hunk)
      return hunk.uri == uri
    end, proposals.undecided(entry.proposal))
  elseif words[1] then
    found = numbered(entry.proposal, words)
  end
  if not found then
    return nil
  end
  if #found == 0 then
    return connection.say('there is no hunk here; name a number, file or all')
  end
  return entry, found
end

---@param entry redline.Entry
---@return table<string, integer> uri -> its place among the files
local function ranks(entry)
  local found = {}
  for rank, file in ipairs(entry.proposal.files) do
    found[file.uri] = rank
  end
  return found
end

--- The undecided hunk after (or before) a place, going round at the end.
---@param entry redline.Entry
---@param uri string
---@param row integer from 0
---@param direction 1|-1
---@param row_of fun(hunk: table): integer
---@return table?
function M.neighbour(entry, uri, row, direction, row_of)
  local rank = ranks(entry)
  local function key(hunk)
    return (rank[hunk.uri] or 0) * 2 ^ 31 + row_of(hunk)
  end
  local hunks = proposals.undecided(entry.proposal)
  table.sort(hunks, function(one, other)
    return direction * key(one) < direction * key(other)
  end)
  local here = (rank[uri] or 0) * 2 ^ 31 + row
  return vim.iter(hunks):find(function(hunk)
    return direction * key(hunk) > direction * here
  end) or hunks[1]
end

--- Goes to the next hunk, in the review or in the files themselves.
---@param direction 1|-1
function M.step(direction)
  local review = require('redline.review')
  if review.step(direction) then
    return
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local entry = M.at(row, row)
  if not entry then
    return connection.say('there is no proposal')
  end
  local function row_of(hunk)
    return marks.row(hunk) or 0
  end
  local hunk = M.neighbour(entry, vim.uri_from_bufnr(0), row, direction, row_of)
  if hunk then
    vim.cmd("normal! m'")
    vim.lsp.util.show_document({ uri = hunk.uri }, 'utf-8', { focus = true })
    local last = vim.api.nvim_buf_line_count(0)
    vim.api.nvim_win_set_cursor(0, { math.min(row_of(hunk) + 1, last), 0 })
  end
end

return M
