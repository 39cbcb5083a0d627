"""Code that gets a name of its own: functions, methods, variables, constants."""
