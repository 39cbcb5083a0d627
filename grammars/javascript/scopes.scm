; What only the JavaScript grammar has.

(formal_parameters (identifier) @local.target)
