; What Lua code defines and uses. The captures are explained in ../README.md.

(function_declaration name: (method_index_expression method: (identifier) @name)) @definition.method
(function_declaration name: [
  (identifier) @name
  (dot_index_expression field: (identifier) @name)
]) @definition.function
; Whatever follows: a comment between header and body is not the signature's.
(function_declaration parameters: (_) . _ @body)
(function_definition parameters: (_) . _ @body)

; name = function() end, in a table and outside
(field
  name: (identifier) @name
  value: (function_definition)) @definition.method
(assignment_statement
  (variable_list . name: [
    (identifier) @name
    (dot_index_expression field: (identifier) @name)
  ])
  (expression_list . value: (function_definition))) @definition.function

(assignment_statement
  (variable_list
    name: (identifier) @name
    attribute: (attribute (identifier) @_const (#eq? @_const "const")))) @definition.constant
(assignment_statement (variable_list name: [
  (identifier) @name
  (dot_index_expression table: (identifier) field: (identifier) @name)
])) @definition.variable
(variable_declaration (variable_list name: (identifier) @name)) @definition.variable
(variable_declaration (assignment_statement)) @extent

; What a table starts with, but functions; variables, so that those of functions are left out.
(assignment_statement (expression_list (table_constructor (field
  name: (identifier) @name
  value: [
    (binary_expression)
    (bracket_index_expression)
    (dot_index_expression)
    (false)
    (function_call)
    (identifier)
    (nil)
    (number)
    (parenthesized_expression)
    (string)
    (table_constructor)
    (true)
    (unary_expression)
  ]) @definition.variable)))
(return_statement (expression_list (table_constructor (field
  name: (identifier) @name
  value: [
    (binary_expression)
    (bracket_index_expression)
    (dot_index_expression)
    (false)
    (function_call)
    (identifier)
    (nil)
    (number)
    (parenthesized_expression)
    (string)
    (table_constructor)
    (true)
    (unary_expression)
  ]) @definition.variable)))

; Variables in these are their own, and those of a function without a name too.
[
  (do_statement)
  (for_statement)
  (function_definition)
  (if_statement)
  (repeat_statement)
  (while_statement)
] @local

(function_call
  name: (identifier) @_import
  arguments: (arguments . (string) @import)
  (#any-of? @_import "require" "dofile" "loadfile"))

[(comment) (string_content)] @skip
