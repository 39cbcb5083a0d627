--- Scratch buffers, and windows for them.
local M = {}

--- The scratch buffer `name`, made where there is none.
---@param name string
---@param filetype string
---@return integer buffer
function M.scratch(name, filetype)
  local known = vim.fn.bufexists(name) == 1
  local buffer = vim.fn.bufadd(name)
  if not known or not vim.api.nvim_buf_is_loaded(buffer) then
    vim.bo[buffer].buftype = 'nofile'
    vim.fn.bufload(buffer)
    vim.bo[buffer].bufhidden = 'hide'
    vim.bo[buffer].swapfile = false
    vim.bo[buffer].filetype = filetype
  end
  return buffer
end

--- Shows `lines` in the scratch buffer `name`; its window is opened once and then filled anew.
---@param name string
---@param filetype string
---@param lines string[]
---@return integer buffer
function M.show(name, filetype, lines)
  local buffer = M.scratch(name, filetype)
  M.fill(buffer, lines)
  local window = vim.fn.win_findbuf(buffer)[1]
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd('botright split')
    vim.api.nvim_win_set_buf(0, buffer)
  end
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Close' })
  return buffer
end

--- Replaces what a scratch buffer holds.
---@param buffer integer
---@param lines string[]
function M.fill(buffer, lines)
  -- A line break inside a line (of a model's words) would be an error.
  lines = vim.tbl_map(function(line)
    return (line:gsub('%s*\n%s*', ' '))
  end, lines)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
end

--- Closes the windows of a scratch buffer and removes it.
---@param buffer integer?
function M.close(buffer)
  if buffer and vim.api.nvim_buf_is_valid(buffer) then
    pcall(vim.api.nvim_buf_delete, buffer, { force = true })
  end
end

return M
