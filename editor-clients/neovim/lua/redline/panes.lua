--- The three windows of a review: the file, what it would be, and the overview below.
local files = require('redline.files')
local marks = require('redline.marks')
local overview = require('redline.overview')
local virtual = require('redline.virtual')
local window = require('redline.window')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('redline.review')
local HEIGHT = 12

---@class redline.View
---@field entry redline.Entry
---@field tab integer
---@field left integer window of the file
---@field right integer window of what it would be
---@field below integer window of the overview
---@field file integer which of the proposal's files is shown
---@field about redline.Overview

---@param view redline.View?
---@return boolean
function M.valid(view)
  return view ~= nil
    and vim.api.nvim_win_is_valid(view.left)
    and vim.api.nvim_win_is_valid(view.right)
    and vim.api.nvim_win_is_valid(view.below)
end

--- Takes the file's window out of the diff, so that its buffer does not keep the settings.
---@param view redline.View
function M.undiff(view)
  if vim.api.nvim_win_is_valid(view.left) then
    vim.api.nvim_win_call(view.left, function()
      vim.cmd('diffoff')
    end)
  end
end

--- Where a hunk stands in the text on the right, a row from 0; nil when it is not in it.
---@param hunk table
---@return integer?
function M.proposed_row(hunk)
  return hunk.proposedRange and hunk.proposedRange.start.line
end

---@param view redline.View
local function mark_proposed(view)
  local buffer = vim.api.nvim_win_get_buf(view.right)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  local proposal = view.entry.proposal
  local last = vim.api.nvim_buf_line_count(buffer) - 1
  for number, hunk in ipairs(proposal.hunks) do
    local row = M.proposed_row(hunk)
    if row and hunk.uri == proposal.files[view.file].uri then
      vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, math.min(row, last), 0, {
        virt_text = { marks.said(proposal, number)[1] },
        virt_text_pos = 'eol',
      })
    end
  end
end

---@param view redline.View
local function label(view)
  local file = view.entry.proposal.files[view.file]
  local count = #view.entry.proposal.files
  local path = file.path:gsub('%%', '%%%%')
  vim.wo[view.left][0].winbar = ('%s  now; go on typing'):format(path)
  vim.wo[view.right][0].winbar = ('%s  proposed  (file %d of %d)'):format(path, view.file, count)
end

--- Asks for the text on the right again, and for the one on the left where no file has it.
---@param view redline.View
---@param done fun()? once the right side has its text
function M.refill(view, done)
  local right = vim.api.nvim_win_get_buf(view.right)
  local left = vim.api.nvim_win_get_buf(view.left)
  if vim.startswith(vim.api.nvim_buf_get_name(left), 'redline:/') then
    virtual.refill(left)
  end
  virtual.refill(right, function()
    if not M.valid(view) or vim.api.nvim_win_get_buf(view.right) ~= right then
      return
    end
    mark_proposed(view)
    vim.api.nvim_win_call(view.right, function()
      vim.cmd('diffupdate')
    end)
    if done then
      done()
    end
  end)
end

---@param win integer
---@param buffer integer
local function put(win, buffer)
  vim.api.nvim_win_call(win, function()
    vim.cmd('diffoff')
    vim.cmd.buffer({ buffer, mods = { hide = true } })
    vim.cmd('diffthis')
  end)
end

--- The buffer on the left: the file's own, or an empty one where there is no file.
local function left_buffer(file)
  if not files.exists(file.uri) then
    return virtual.buffer(file.before, file.path)
  end
  local buffer = vim.fn.bufadd(vim.uri_to_fname(file.uri))
  vim.bo[buffer].buflisted = true
  return buffer
end

--- Shows a file of the proposal, side by side with what it would be.
---@param view redline.View
---@param rank integer
---@param map_keys fun(buffer: integer)
---@param done fun()? once there is a text on the right
function M.show_file(view, rank, map_keys, done)
  local file = view.entry.proposal.files[rank]
  local right = virtual.buffer(file.after, file.path)
  map_keys(right)
  view.file = rank
  put(view.left, left_buffer(file))
  put(view.right, right)
  label(view)
  if done and virtual.filled(right) then
    done()
    done = nil
  end
  M.refill(view, done)
end

--- Writes the overview anew.
---@param view redline.View
function M.write_overview(view)
  local buffer = vim.api.nvim_win_get_buf(view.below)
  view.about = overview.of(view.entry.proposal)
  window.fill(buffer, view.about.lines)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  for line, group in pairs(view.about.groups) do
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, line - 1, 0, { line_hl_group = group })
  end
end

--- Puts the cursor of a window on a row, or on its last.
---@param win integer
---@param row integer from 0
function M.put_cursor(win, row)
  local last = vim.api.nvim_buf_line_count(vim.api.nvim_win_get_buf(win))
  vim.api.nvim_win_set_cursor(win, { math.min(row + 1, last), 0 })
end

--- Opens the tab page: the overview below, and two windows above that are yet to be filled.
---@param entry redline.Entry
---@param map_keys fun(buffer: integer)
---@return redline.View
function M.lay_out(entry, map_keys)
  local buffer = window.scratch('redline://review', 'redline')
  map_keys(buffer)
  vim.cmd(('tab sbuffer %d'):format(buffer))
  local below = vim.api.nvim_get_current_win()
  vim.wo[below][0].wrap = false
  vim.cmd('aboveleft split')
  local left = vim.api.nvim_get_current_win()
  vim.cmd('rightbelow vsplit')
  local right = vim.api.nvim_get_current_win()
  local tab = vim.api.nvim_get_current_tabpage()
  local view = { entry = entry, tab = tab, left = left, right = right, below = below, file = 1 }
  M.write_overview(view)
  vim.api.nvim_win_set_height(below, math.min(#view.about.lines, HEIGHT))
  vim.wo[below][0].winfixheight = true
  vim.cmd('wincmd =')
  return view
end

return M
