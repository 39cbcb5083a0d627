; What shell scripts define and use. The captures are explained in ../README.md.

(function_definition name: (word) @name body: (_) @body) @definition.function

(declaration_command
  "readonly"
  (variable_assignment name: (variable_name) @name) @definition.constant)
; Where they stand alone: VARIABLE=value before a command is the command's.
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(variable_assignments (variable_assignment name: (variable_name) @name) @definition.variable)
(declaration_command (variable_assignment name: (variable_name) @name) @definition.variable)
(list (variable_assignment name: (variable_name) @name) @definition.variable)
(compound_statement (variable_assignment name: (variable_name) @name) @definition.variable)
(if_statement (variable_assignment name: (variable_name) @name) @definition.variable)
(elif_clause (variable_assignment name: (variable_name) @name) @definition.variable)
(else_clause (variable_assignment name: (variable_name) @name) @definition.variable)
(case_item (variable_assignment name: (variable_name) @name) @definition.variable)
; declare -A names
(declaration_command ["declare" "typeset"] (variable_name) @name) @definition.variable

; A lone assignment is the whole statement.
(declaration_command . (word)? . (variable_assignment) .) @extent

; What is set again and again, or in a shell of its own.
[(do_group) (subshell) (command_substitution)] @local

(command
  name: (command_name (word) @_import)
  . argument: (_) @import
  (#any-of? @_import "source" "."))

[(comment) (raw_string) (string_content) (heredoc_body)] @skip
