--- The lines of the review's overview: what the proposal is, its checks, its files and hunks.
local M = {}

local KEYS = 'a accept  r reject  A R file  gA gR all  s ask again  c comment  ]h [h hunks  q close'

---@class redline.Row
---@field file integer the place of its file in the proposal's `files`
---@field number integer? of the hunk

---@class redline.Overview
---@field lines string[]
---@field rows table<integer, redline.Row> by line number
---@field groups table<integer, string> highlight group by line number

---@param about redline.Overview
local function add(about, line, group, row)
  about.lines[#about.lines + 1] = line
  about.groups[#about.lines] = group
  about.rows[#about.lines] = row
end

---@param hunk table
---@return string
local function described(hunk, number)
  local line = hunk.range and ('line %d'):format(hunk.range.start.line + 1) or ''
  if (hunk.operation or 'edit') ~= 'edit' then
    line = hunk.operation
  end
  return ('  %2d  %-8s  %-9s  %-9s  %s'):format(number, hunk.status, hunk.origin, line, hunk.reason)
end

local GROUPS = { fresh = 'RedlineFresh', stale = 'RedlineStale' }

---@param about redline.Overview
local function add_files(about, proposal)
  for rank, file in ipairs(proposal.files) do
    add(about, file.path, 'Directory', { file = rank })
    for number, hunk in ipairs(proposal.hunks) do
      if hunk.uri == file.uri then
        local row = { file = rank, number = number }
        add(about, described(hunk, number), GROUPS[hunk.status] or 'RedlineDone', row)
      end
    end
  end
end

---@param proposal table
---@return redline.Overview
function M.of(proposal)
  local about = { lines = {}, rows = {}, groups = {} }
  local title = ('%s (%s, risk %s)'):format(proposal.title, proposal.summary, proposal.risk)
  add(about, title, 'RedlineTitle')
  if (proposal.instruction or '') ~= '' then
    local asked = ('asked: %s (%s, round %d)')
    local words = asked:format(proposal.instruction, proposal.action, proposal.round)
    add(about, words, 'RedlineDone')
  end
  if (proposal.reason or '') ~= '' then
    add(about, ('%s: %s'):format(proposal.state, proposal.reason), 'RedlineStale')
  end
  for _, note in ipairs(proposal.notes) do
    add(about, 'note: ' .. note, 'RedlineStale')
  end
  for _, check in ipairs(proposal.checks) do
    local group = check.outcome == 'failed' and 'RedlineStale' or 'RedlineDone'
    add(about, ('check: %s %s  %s'):format(check.name, check.outcome, check.detail), group)
  end
  add_files(about, proposal)
  add(about, KEYS, 'RedlineKeys')
  return about
end

return M
