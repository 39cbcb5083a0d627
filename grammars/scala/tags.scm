; What Scala code defines and uses. The captures are explained in ../README.md.

(class_definition name: (_) @name body: (_)? @body) @definition.class
(object_definition name: (_) @name body: (_)? @body) @definition.class
(trait_definition name: (_) @name body: (_)? @body) @definition.trait
(enum_definition name: (_) @name body: (_) @body) @definition.enum
(given_definition name: (_) @name body: (with_template_body) @body) @definition.class
(type_definition name: (_) @name) @definition.type
(package_object name: (_) @name body: (_) @body) @definition.namespace
(package_clause name: (_) @name body: (_) @body) @definition.namespace

(enum_body [(function_definition) (function_declaration)] @definition.method)
(enum_body [(val_definition) (var_definition)] @definition.field)
(simple_enum_case name: (_) @name) @definition.field
(full_enum_case name: (_) @name) @definition.field
; The parameters that are members.
(class_parameter ["val" "var"] name: (_) @name) @definition.field
(class_definition
  "case"
  class_parameters: (class_parameters (class_parameter name: (_) @name) @definition.field))

; A function directly in a class or trait becomes a method, a value there a field.
(function_definition name: (_) @name "="? @body body: (_)? @body) @definition.function
(function_declaration name: (_) @name) @definition.function

[
  (val_definition)
  (var_definition)
  (val_declaration)
  (var_declaration)
  (given_definition)
] @definition.variable
(given_definition name: (_) @name)
(val_definition pattern: [
  (identifier) @name
  (identifiers (identifier) @name)
  (tuple_pattern (identifier) @name)
])
(var_definition pattern: [
  (identifier) @name
  (identifiers (identifier) @name)
  (tuple_pattern (identifier) @name)
])
(val_declaration name: (_) @name)
(var_declaration name: (_) @name)

; Values in these are nobody's members.
[(block) (indented_block)] @local

; A path has no node of its own: its parts are captured, the last one as the member. What no
; path comes before (a broken statement, a name alone) is a member of nothing.
(import_declaration (identifier) @import . [
  (identifier)
  (namespace_selectors)
  (namespace_wildcard)
  (as_renamed_identifier)
])
(import_declaration (identifier) . (identifier) @import.member .)
(import_declaration (identifier) . (identifier) @import.member . ",")
(import_declaration (identifier) . (as_renamed_identifier name: (_) @import.member))
(import_declaration
  (identifier) .
  (namespace_selectors [
    (identifier) @import.member
    (arrow_renamed_identifier name: (_) @import.member)
    (as_renamed_identifier name: (_) @import.member)
  ]))

[(comment) (block_comment) (string) (character_literal)] @skip
