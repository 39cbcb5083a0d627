; What Swift code defines and uses. The captures are explained in ../README.md.

; One node for all of these. An extension bears the name of its type.
(class_declaration "struct" name: (_) @name body: (_) @body) @definition.struct
(class_declaration "enum" name: (_) @name body: (_) @body) @definition.enum
(class_declaration "extension" name: (_ (type_identifier) @name .) body: (_) @body) @definition.impl
(class_declaration
  declaration_kind: ["class" "actor"]
  name: (_) @name
  body: (_) @body) @definition.class
(protocol_declaration name: (_) @name body: (_) @body) @definition.interface
(typealias_declaration name: (type_identifier) @name) @definition.type
(associatedtype_declaration name: (type_identifier) @name) @definition.type
(macro_declaration . (simple_identifier) @name) @definition.macro
(macro_declaration (modifiers) . (simple_identifier) @name) @definition.macro

(enum_class_body (function_declaration) @definition.method)
(enum_class_body (property_declaration) @definition.field)
(enum_entry name: (simple_identifier) @name) @definition.field

; A function directly in a type or an extension becomes a method, a property there a field.
(function_declaration
  name: [(simple_identifier) (custom_operator)] @name
  body: (_)? @body) @definition.function
(function_declaration
  name: ["+" "-" "*" "/" "%" "==" "!=" "===" "<" "<=" ">" ">=" "+=" "-=" "!" "~" "|" "&" "^"] @name
  body: (_)? @body) @definition.function
(protocol_function_declaration name: (simple_identifier) @name) @definition.method
(init_declaration "init" @name body: (_)? @body) @definition.method
(deinit_declaration "deinit" @name body: (_) @body) @definition.method
(subscript_declaration "subscript" @name (computed_property) @body) @definition.method

(property_declaration name: (pattern [
  (simple_identifier) @name
  (pattern (simple_identifier) @name)
])) @definition.variable
(property_declaration [(computed_property) (willset_didset_block)] @body)
(protocol_property_declaration
  name: (pattern (simple_identifier) @name)
  (protocol_property_requirements) @body) @definition.variable

; Variables in these are nobody's members.
[
  (lambda_literal)
  (computed_property)
  (willset_didset_block)
] @local

(import_declaration (identifier) @import)

[(comment) (multiline_comment) (line_str_text) (multi_line_str_text) (raw_str_part)] @skip
