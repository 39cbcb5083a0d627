; What Java code defines and uses. The captures are explained in ../README.md.

(class_declaration name: (_) @name body: (_) @body) @definition.class
(record_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.interface
(annotation_type_declaration name: (_) @name body: (_) @body) @definition.interface
(enum_declaration name: (_) @name body: (_) @body) @definition.enum

(method_declaration name: (_) @name body: (_)? @body) @definition.method
(constructor_declaration name: (_) @name body: (_) @body) @definition.method
(compact_constructor_declaration name: (_) @name body: (_) @body) @definition.method
(annotation_type_element_declaration name: (_) @name) @definition.method

(enum_constant name: (_) @name) @definition.field
(record_declaration parameters: (formal_parameters
  (formal_parameter name: (_) @name) @definition.field))
(enum_body_declarations
  (field_declaration (variable_declarator name: (_) @name)) @definition.field)
(annotation_type_body
  (constant_declaration (variable_declarator name: (_) @name)) @definition.field)
; Variables, so that in a method's anonymous class they are locals.
(field_declaration (variable_declarator name: (_) @name)) @definition.variable
(constant_declaration (variable_declarator name: (_) @name)) @definition.variable

(import_declaration (scoped_identifier scope: (_) @import name: (_) @import.member) .)
(import_declaration (_) @import (asterisk))
(requires_module_directive module: (_) @import)

[(line_comment) (block_comment) (string_fragment) (multiline_string_fragment) (character_literal)] @skip
