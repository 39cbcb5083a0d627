; What Go code defines and uses. The captures are explained in ../README.md.
; A method stands where it is written: its receiver is in its signature.

(type_spec
  name: (type_identifier) @name
  type: (struct_type (field_declaration_list) @body)) @definition.struct
(type_spec
  name: (type_identifier) @name
  type: (interface_type "{" @body)) @definition.interface
(type_spec name: (type_identifier) @name) @definition.type
(type_alias name: (type_identifier) @name) @definition.type

(function_declaration name: (identifier) @name body: (_)? @body) @definition.function
(method_declaration name: (field_identifier) @name body: (_)? @body) @definition.method
(method_elem name: (field_identifier) @name) @definition.method

(field_declaration type: (struct_type
  (field_declaration_list (field_declaration) @definition.field)))
(const_spec name: (identifier) @name) @definition.constant
; Not _, which only makes the compiler check a type.
((var_spec name: (identifier) @name) @definition.variable (#not-eq? @name "_"))
; A variable, so that in a function's own struct it is a local.
(field_declaration name: (field_identifier) @name) @definition.variable

; A lone one is the whole statement.
(type_declaration . [(type_spec) (type_alias)] .) @extent
(const_declaration . (const_spec) .) @extent
(var_declaration . (var_spec) .) @extent

; Variables in these are not the package's.
(func_literal) @local

(import_spec path: (_) @import)

[(comment) (interpreted_string_literal_content) (raw_string_literal_content) (rune_literal)] @skip
