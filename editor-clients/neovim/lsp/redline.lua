-- The server's configuration, as `vim.lsp.config.redline`. Change it with
-- `vim.lsp.config('redline', { ... })`; see |redline-config|.
local events = require('redline.events')

---@type vim.lsp.Config
return {
  cmd = { 'redline-lsp' },
  filetypes = { 'python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact' },
  root_markers = { 'redline.toml', '.git', 'pyproject.toml', 'package.json' },
  capabilities = {
    -- Neovim 0.11 has it from us, and does not say so itself.
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
    experimental = {
      redline = { proposals = true, editor = { 'rename', 'references', 'diagnostics' } },
    },
  },
  -- The language servers already here answer symbol requests, and hunks have marks of ours.
  init_options = { symbols = 'off', code_lenses = 'off' },
  -- A command must meet the text as it is now, also in the buffers it is not sent from.
  flags = { debounce_text_changes = 0 },
  handlers = events.handlers,
  on_exit = events.exited,
}
