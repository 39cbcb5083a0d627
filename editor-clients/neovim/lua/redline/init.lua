--- What users and other plugins call. Everything else in this folder is internal.
local M = {}

--- A short text for the status line: what the agent is doing, '' when nothing.
---@return string
function M.statusline()
  return require('redline.runs').statusline()
end

--- The proposal shown last, as the server sent it; nil when there is none.
---@return table?
function M.proposal()
  return require('redline.proposals').current()
end

return M
