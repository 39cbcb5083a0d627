--- The hunks of a proposal as a quickfix list, kept up to date while the list exists.
local marks = require('redline.marks')

local M = {}

---@type table<string, integer> proposal id -> id of its quickfix list
local lists = {}

---@param proposal table
---@return table[]
local function items(proposal)
  local found = {}
  for number, hunk in ipairs(proposal.hunks) do
    if hunk.status == 'fresh' or hunk.status == 'stale' then
      local row = marks.row(hunk)
      found[#found + 1] = {
        filename = vim.uri_to_fname(hunk.uri),
        lnum = row and row + 1 or 0,
        nr = number,
        type = hunk.status == 'stale' and 'W' or 'I',
        text = ('%s, %s: %s'):format(hunk.status, hunk.origin, (hunk.reason:gsub('%s+', ' '))),
        valid = 1,
      }
    end
  end
  return found
end

--- Makes the list and opens its window.
---@param entry redline.Entry
function M.open(entry)
  local proposal = entry.proposal
  vim.fn.setqflist({}, ' ', { title = 'redline: ' .. proposal.title, items = items(proposal) })
  lists[proposal.id] = vim.fn.getqflist({ id = 0 }).id
  vim.cmd('botright copen')
end

--- Fills the list of this proposal anew, if there is one; no other list is touched.
---@param entry redline.Entry
function M.update(entry)
  local id = lists[entry.proposal.id]
  local list = id and vim.fn.getqflist({ id = id, idx = 0 })
  if not list or list.id ~= id then
    lists[entry.proposal.id] = nil
    return
  end
  local found = items(entry.proposal)
  vim.fn.setqflist({}, 'r', { id = id, items = found })
  if #found > 0 then
    vim.fn.setqflist({}, 'a', { id = id, idx = math.min(math.max(list.idx, 1), #found) })
  end
end

return M
