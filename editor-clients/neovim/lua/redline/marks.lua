--- Open hunks in the files they are for: extmarks that hold their places, and say what they are.
local files = require('redline.files')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('redline')

--- Extmarks by hunk id. They move with the text between one message of the server and the next.
---@type table<string, { buffer: integer, mark: integer, proposal: string }>
local placed = {}

for name, link in pairs({
  RedlineTitle = 'Title',
  RedlineFresh = 'DiagnosticHint',
  RedlineStale = 'DiagnosticWarn',
  RedlineDone = 'Comment',
  RedlineKeys = 'Comment',
}) do
  vim.api.nvim_set_hl(0, name, { link = link, default = true })
end

--- What is said about a hunk behind its first line.
---@param proposal table
---@param number integer
---@return table chunks of virtual text
function M.said(proposal, number)
  local hunk = proposal.hunks[number]
  local about = ('⟵ redline %d/%d'):format(number, #proposal.hunks)
  local reason = hunk.reason:gsub('%s+', ' ')
  if hunk.status == 'stale' then
    return {
      { about .. ' stale: its lines have changed ', 'RedlineStale' },
      { ':Agent again', 'RedlineKeys' },
    }
  end
  if hunk.guard ~= '' then
    return {
      { ('%s held back: %s '):format(about, hunk.guard), 'RedlineStale' },
      { ':Agent accept', 'RedlineKeys' },
    }
  end
  return {
    { ('%s %s: %s '):format(about, hunk.origin, reason), 'RedlineFresh' },
    { ':Agent accept', 'RedlineKeys' },
  }
end

--- First and last row of the mark of a hunk, from 0; nil where it has none.
---@param hunk table
---@return integer? first
---@return integer? last
function M.rows(hunk)
  local known = placed[hunk.id]
  if not known or not vim.api.nvim_buf_is_loaded(known.buffer) then
    return nil
  end
  local found =
    vim.api.nvim_buf_get_extmark_by_id(known.buffer, NAMESPACE, known.mark, { details = true })
  if #found == 0 then
    return nil
  end
  local first, last = found[1], found[3].end_row or found[1]
  return first, math.max(first, found[3].end_col == 0 and last - 1 or last)
end

--- Where a hunk begins in the text of this moment, a row from 0.
---@param hunk table
---@return integer?
function M.row(hunk)
  return M.rows(hunk) or (hunk.range and hunk.range.start.line)
end

local function remove(id)
  local known = placed[id]
  if known and vim.api.nvim_buf_is_valid(known.buffer) then
    vim.api.nvim_buf_del_extmark(known.buffer, NAMESPACE, known.mark)
  end
  placed[id] = nil
end

---@param entry redline.Entry
---@param number integer
---@param buffer integer
local function place(entry, number, buffer)
  local hunk = entry.proposal.hunks[number]
  local first, last = M.rows(hunk)
  local finish = { line = last and last + 1, character = 0 }
  if hunk.range then
    first, finish = hunk.range.start.line, hunk.range['end']
  end
  remove(hunk.id)
  if not first then
    return
  end
  -- A hunk at the very end stands behind the last line, where no text can be shown.
  local count = vim.api.nvim_buf_line_count(buffer)
  local client = vim.lsp.get_client_by_id(entry.client)
  local last_line = vim.api.nvim_buf_get_lines(buffer, finish.line, finish.line + 1, false)[1] or ''
  local said = vim.g.redline_virtual_text ~= false and M.said(entry.proposal, number) or nil
  local mark = vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, math.min(first, count - 1), 0, {
    end_row = math.min(finish.line, count),
    end_col = client and files.byte(last_line, finish.character, client.offset_encoding) or 0,
    strict = false,
    virt_text = said,
    virt_text_pos = 'eol',
    hl_mode = 'combine',
  })
  placed[hunk.id] = { buffer = buffer, mark = mark, proposal = entry.proposal.id }
end

--- Brings the marks of a proposal up to date.
---@param entry redline.Entry
function M.update(entry)
  for number, hunk in ipairs(entry.proposal.hunks) do
    local buffer = files.loaded(hunk.uri)
    local open = hunk.status == 'fresh' or hunk.status == 'stale'
    if buffer and open then
      place(entry, number, buffer)
    else
      remove(hunk.id)
    end
  end
end

--- Removes the marks of a proposal.
---@param proposal string
function M.clear(proposal)
  for id, known in pairs(placed) do
    if known.proposal == proposal then
      remove(id)
    end
  end
end

return M
