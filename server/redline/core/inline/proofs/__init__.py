"""When a name of a draft is proved to be unknown: by the file, the workspace and the language."""
