"""Other names, for variables, modules and packages."""
