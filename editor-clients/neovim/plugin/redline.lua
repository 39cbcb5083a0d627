if vim.g.loaded_redline then
  return
end
vim.g.loaded_redline = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('redline needs Neovim 0.11 or later', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Agent', function(given)
  require('redline.command').run(given)
end, {
  nargs = '+',
  range = true,
  complete = function(lead, line)
    return require('redline.command').complete(lead, line)
  end,
  desc = 'Ask the Redline agent, or act on its proposal',
})

if vim.g.redline_enable ~= false then
  vim.lsp.enable('redline')
end
