"""Programs that run over a scratch copy, and reach nothing beyond it."""
