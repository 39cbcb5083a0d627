; What Python code defines and uses. The captures are explained in ../README.md.

(class_definition name: (identifier) @name ":" @body) @definition.class

; A function directly in a class becomes a method, a variable there a field.
(function_definition name: (identifier) @name ":" @body) @definition.function

(decorated_definition) @extent

; Wherever they stand: those inside a function are dropped as locals.
(assignment left: (identifier) @name) @definition.variable
(assignment left: [
  (pattern_list (identifier) @name)
  (tuple_pattern (identifier) @name)
]) @definition.variable

(type_alias_statement left: (type [
  (identifier) @name
  (generic_type . (identifier) @name)
])) @definition.type

(import_statement name: [
  (dotted_name) @import
  (aliased_import name: (dotted_name) @import)
])
(import_from_statement module_name: (_) @import)
(import_from_statement name: [
  (dotted_name (identifier) @import.member)
  (aliased_import name: (dotted_name (identifier) @import.member))
])
(future_import_statement "__future__" @import)
(future_import_statement name: (dotted_name (identifier) @import.member))

[(comment) (string_content)] @skip
