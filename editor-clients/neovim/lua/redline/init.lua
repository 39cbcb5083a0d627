--- What users and other plugins call. Everything else in this folder is internal.
local M = {}

--- A short text for the status line: what the agent is doing, '' when nothing.
---@return string
function M.statusline()
  return require('redline.runs').statusline()
end

--- The open proposals as the server sent them, newest first.
---@return table[]
function M.proposals()
  return vim.tbl_map(function(entry)
    return entry.proposal
  end, require('redline.proposals').list())
end

--- The newest open proposal; nil when there is none.
---@return table?
function M.proposal()
  return M.proposals()[1]
end

return M
