"""What refactorings ask of Python code: names, scopes, flow, imports, modules."""
