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

-- For the user's own mappings; nothing is mapped to them. The range of a selection goes along.
for name, command in pairs({
  ['accept'] = 'accept',
  ['accept-file'] = 'accept file',
  ['accept-all'] = 'accept all',
  ['reject'] = 'reject',
  ['reject-file'] = 'reject file',
  ['reject-all'] = 'reject all',
  ['again'] = 'again',
  ['comment'] = 'revise',
  ['next'] = 'next',
  ['prev'] = 'prev',
  ['review'] = 'review',
  ['proposals'] = 'proposals',
  ['quickfix'] = 'quickfix',
  ['runs'] = 'runs',
  ['stop'] = 'stop',
  ['next-edit'] = 'next-edit',
  ['answer'] = 'answer',
}) do
  local plug = ('<Plug>(redline-%s)'):format(name)
  local about = 'Agent ' .. command
  vim.keymap.set('n', plug, ('<Cmd>Agent %s<CR>'):format(command), { desc = about })
  vim.keymap.set('x', plug, (':Agent %s<CR>'):format(command), { desc = about, silent = true })
end

for _, name in ipairs({ 'accept', 'word', 'line', 'next', 'prev', 'dismiss', 'invoke' }) do
  vim.keymap.set('i', ('<Plug>(redline-inline-%s)'):format(name), function()
    require('redline.inline').act(name)
  end, { desc = 'Inline suggestion: ' .. name })
end

local group = vim.api.nvim_create_augroup('redline', {})
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = 'redline:/proposal/*',
  desc = 'Ask the server for a document that only it has',
  callback = function(event)
    require('redline.virtual').read(event.buf)
  end,
})
vim.api.nvim_create_autocmd('BufReadPost', {
  group = group,
  desc = 'Mark the open hunks of the file',
  callback = function(event)
    require('redline.proposals').shown(event.buf)
  end,
})
vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Suggest code while one types',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'redline' then
      require('redline.inline').attach(client, event.buf)
    end
  end,
})
vim.api.nvim_create_autocmd('WinClosed', {
  group = group,
  desc = 'Close the rest of a review with one of its windows',
  callback = function(event)
    require('redline.review').closed(tonumber(event.match))
  end,
})

if vim.g.redline_enable ~= false then
  vim.lsp.enable('redline')
end
