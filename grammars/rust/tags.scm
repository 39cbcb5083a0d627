; What Rust code defines and uses. The captures are explained in ../README.md.

(struct_item name: (_) @name body: (field_declaration_list)? @body) @definition.struct
(union_item name: (_) @name body: (_) @body) @definition.struct
(enum_item name: (_) @name body: (_) @body) @definition.enum
(trait_item name: (_) @name body: (_) @body) @definition.trait
(type_item name: (_) @name) @definition.type
(associated_type name: (_) @name) @definition.type
(mod_item name: (_) @name body: (_)? @body) @definition.namespace
(macro_definition name: (_) @name ["{" "(" "["] @body) @definition.macro

; An impl bears the name of its type, so that it holds what the type has.
(impl_item type: [
  (type_identifier) @name
  (primitive_type) @name
  (scoped_type_identifier name: (_) @name)
  (generic_type type: [(type_identifier) @name (scoped_type_identifier name: (_) @name)])
  (reference_type type: [
    (type_identifier) @name
    (primitive_type) @name
    (scoped_type_identifier name: (_) @name)
    (generic_type type: (type_identifier) @name)
  ])
  (dynamic_type trait: (type_identifier) @name)
] body: (_)? @body) @definition.impl

; A function directly in a trait or impl becomes a method.
(function_item name: (_) @name body: (_) @body) @definition.function
(function_signature_item name: (_) @name) @definition.function

(const_item name: (_) @name) @definition.constant
(static_item name: (_) @name) @definition.variable
(field_declaration name: (_) @name) @definition.field
(enum_variant name: (_) @name) @definition.field

(use_declaration argument: [
  (identifier) @import
  (scoped_identifier path: (_) @import name: (_) @import.member)
  (use_as_clause path: [
    (identifier) @import
    (scoped_identifier path: (_) @import name: (_) @import.member)
  ])
  (scoped_use_list path: (_) @import)
  (use_wildcard (_) @import)
])
(use_list [
  (identifier) @import.member
  (scoped_identifier name: (identifier) @import.member)
  (use_as_clause path: [
    (identifier) @import.member
    (scoped_identifier name: (identifier) @import.member)
  ])
])
(extern_crate_declaration name: (_) @import)
(mod_item name: (_) @import !body)

[(line_comment) (block_comment) (string_content) (char_literal)] @skip
