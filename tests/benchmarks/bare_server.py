"""The least a language server on the same library can be; `startup.py` compares with it."""

from pygls.lsp.server import LanguageServer

if __name__ == "__main__":
    LanguageServer("bare", "1").start_io()
