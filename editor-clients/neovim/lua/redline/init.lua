--- What users and other plugins call. Everything else in this folder is internal.
local M = {}

--- Changes how the plugin behaves. There is no need to call it.
---@param given { inline?: redline.Inline }
function M.setup(given)
  require('redline.inline').setup(given.inline or {})
end

--- A short text for the status line: what the agent is doing, '' when nothing.
---@return string
function M.statusline()
  return require('redline.runs').statusline()
end

--- A short text for the status line: whether code is suggested while one types here.
---@return string
function M.inline()
  return require('redline.switch').statusline()
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
