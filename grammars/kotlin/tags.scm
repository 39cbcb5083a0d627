; What Kotlin code defines and uses. The captures are explained in ../README.md.
; A companion without a name is transparent: what it has belongs to its class.

(class_declaration "interface" name: (_) @name (class_body)? @body) @definition.interface
(class_declaration name: (_) @name (enum_class_body) @body) @definition.enum
(class_declaration name: (_) @name (class_body)? @body) @definition.class
(object_declaration name: (_) @name (class_body)? @body) @definition.class
(companion_object name: (_) @name (class_body)? @body) @definition.class
(type_alias type: (identifier) @name) @definition.type

(enum_class_body (function_declaration) @definition.method)
(enum_class_body (companion_object (class_body [
  (function_declaration) @definition.method
  (property_declaration) @definition.field
])))
(enum_entry (class_body (function_declaration) @definition.method))
(enum_class_body (property_declaration) @definition.field)
(enum_entry (identifier) @name (class_body)? @body) @definition.field
; The parameters that are members.
(class_parameter ["val" "var"] . (identifier) @name) @definition.field

; A function directly in a class or interface becomes a method, a property there a field.
(function_declaration name: (_) @name (function_body)? @body) @definition.function
(secondary_constructor "constructor" @name (block)? @body) @definition.method
(property_declaration (variable_declaration . (identifier) @name)) @definition.variable
(property_declaration (multi_variable_declaration
  (variable_declaration . (identifier) @name))) @definition.variable
(property_declaration [(getter) (setter)] @body)

; Variables in these are nobody's members.
[
  (anonymous_initializer)
  (getter)
  (setter)
  (lambda_literal)
  (anonymous_function)
] @local

; Without a star the last part of the path is the name that is imported.
(import (qualified_identifier) @import)
((import (qualified_identifier (identifier) @import.member .)) @_statement
  (#not-match? @_statement "[*]$"))

[(line_comment) (block_comment) (string_content) (character_literal)] @skip
