; What JavaScript and TypeScript share. The captures are explained in ../README.md.
; Of two definitions at one place, the kind named first in the files wins.

(class_declaration name: (_) @name body: (_) @body) @definition.class
(variable_declarator
  name: (identifier) @name
  value: (class body: (_) @body)) @definition.class

(method_definition
  name: [(property_identifier) (private_property_identifier)] @name
  body: (_) @body) @definition.method
(pair
  key: (property_identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.method

(function_declaration name: (_) @name body: (_) @body) @definition.function
(generator_function_declaration name: (_) @name body: (_) @body) @definition.function
(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
; exports.name = function () {}, Type.prototype.name = () => {}
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function

(lexical_declaration
  kind: "const"
  (variable_declarator name: [
    (identifier) @name
    (object_pattern (shorthand_property_identifier_pattern) @name)
    (object_pattern (pair_pattern value: (identifier) @name))
    (array_pattern (identifier) @name)
  ]) @definition.constant)
(variable_declarator name: [
  (identifier) @name
  (object_pattern (shorthand_property_identifier_pattern) @name)
  (object_pattern (pair_pattern value: (identifier) @name))
  (array_pattern (identifier) @name)
]) @definition.variable

; Without a name of ours (a nested pattern) it still takes the extent that is its own.
(variable_declarator) @definition.variable

; A lone declarator is the whole statement, and an exported declaration the whole export.
(lexical_declaration . (variable_declarator) .) @extent
(variable_declaration . (variable_declarator) .) @extent
(export_statement declaration: (_)) @extent

; Variables in these are not the module's, whether or not they sit in a named function.
[
  (arrow_function)
  (function_expression)
  (generator_function)
  (for_statement)
  (for_in_statement)
  (class_static_block)
] @local

(import_statement source: (_) @import)
(export_statement source: (_) @import)
(call_expression function: (import) arguments: (arguments . (string) @import))
(call_expression
  function: (identifier) @_function
  arguments: (arguments . (string) @import .)
  (#eq? @_function "require"))

[(comment) (string_fragment) (regex_pattern)] @skip
