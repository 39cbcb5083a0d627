; What PHP code defines and uses. The captures are explained in ../README.md.

(namespace_definition name: (namespace_name) @name) @definition.namespace
(namespace_definition body: (_) @body)
; Without braces it holds what follows.
(program
  (namespace_definition !body name: (namespace_name) @name) @definition.namespace) @extent

(class_declaration name: (name) @name body: (_) @body) @definition.class
(interface_declaration name: (name) @name body: (_) @body) @definition.interface
(trait_declaration name: (name) @name body: (_) @body) @definition.trait
(enum_declaration name: (name) @name body: (_) @body) @definition.enum
(enum_case name: (name) @name) @definition.field

(method_declaration name: (name) @name) @definition.method
(method_declaration body: (_) @body)
(function_definition name: (name) @name body: (_) @body) @definition.function

; A comment between a header and its body is not the signature's.
(class_declaration (comment) @body)
(interface_declaration (comment) @body)
(trait_declaration (comment) @body)
(enum_declaration (comment) @body)
(method_declaration (comment) @body)
(function_definition (comment) @body)

(property_declaration (property_element name: (variable_name (name) @name))) @definition.field
(property_declaration (property_hook_list) @body)
(property_promotion_parameter name: (variable_name (name) @name)) @definition.field

(const_declaration (const_element . (name) @name)) @definition.constant
(function_call_expression
  function: (name) @_define
  arguments: (arguments . (argument [
    (string (string_content) @name)
    (encapsed_string . (string_content) @name .)
  ]))
  (#eq? @_define "define")) @definition.constant

(assignment_expression left: (variable_name (name) @name)) @definition.variable
(assignment_expression left: (list_literal (variable_name (name) @name))) @definition.variable

; Variables in these are not the file's, though they have no name.
[(anonymous_function) (arrow_function)] @local

; use A\B; use A\{B, C}; use function A\b;
(namespace_use_declaration
  (namespace_use_clause !type . [(name) (qualified_name)] @import))
(namespace_use_declaration
  (namespace_use_clause
    type: _
    (qualified_name prefix: (namespace_name) @import (name) @import.member)))
(namespace_use_declaration
  (namespace_name) @import
  body: (namespace_use_group (namespace_use_clause . (name) @import.member)))
; The last part of a path that is put together says the file.
([
  (include_expression [
    [(string) (encapsed_string)] @import
    (binary_expression right: [(string) (encapsed_string)] @import)
    (parenthesized_expression [(string) (encapsed_string)] @import)
    (parenthesized_expression (binary_expression right: [(string) (encapsed_string)] @import))
  ])
  (include_once_expression [
    [(string) (encapsed_string)] @import
    (binary_expression right: [(string) (encapsed_string)] @import)
    (parenthesized_expression [(string) (encapsed_string)] @import)
    (parenthesized_expression (binary_expression right: [(string) (encapsed_string)] @import))
  ])
  (require_expression [
    [(string) (encapsed_string)] @import
    (binary_expression right: [(string) (encapsed_string)] @import)
    (parenthesized_expression [(string) (encapsed_string)] @import)
    (parenthesized_expression (binary_expression right: [(string) (encapsed_string)] @import))
  ])
  (require_once_expression [
    [(string) (encapsed_string)] @import
    (binary_expression right: [(string) (encapsed_string)] @import)
    (parenthesized_expression [(string) (encapsed_string)] @import)
    (parenthesized_expression (binary_expression right: [(string) (encapsed_string)] @import))
  ])
])

[(comment) (string_content) (heredoc_body) (nowdoc_body) (text)] @skip
