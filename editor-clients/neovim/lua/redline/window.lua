--- Scratch windows.
local M = {}

--- Shows `lines` in the scratch buffer `name`; its window is opened once and then filled anew.
---@param name string
---@param filetype string
---@param lines string[]
---@return integer buffer
function M.show(name, filetype, lines)
  local buffer = vim.fn.bufnr('^' .. vim.fn.escape(name, '^$.*~[]\\') .. '$')
  if buffer < 0 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
    vim.bo[buffer].bufhidden = 'hide'
  end
  M.fill(buffer, lines)
  vim.bo[buffer].filetype = filetype
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
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
end

--- Closes the windows of a scratch buffer and removes it.
---@param buffer integer?
function M.close(buffer)
  if buffer and vim.api.nvim_buf_is_valid(buffer) then
    pcall(vim.api.nvim_buf_delete, buffer, { force = true })
  end
end

return M
