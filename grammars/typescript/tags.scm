; What TypeScript adds to JavaScript.

(abstract_class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.interface
(enum_declaration name: (_) @name body: (_) @body) @definition.enum
(type_alias_declaration name: (_) @name) @definition.type
(internal_module name: (identifier) @name body: (_) @body) @definition.namespace
(module name: (identifier) @name body: (_) @body) @definition.namespace

(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.method
(abstract_method_signature name: (property_identifier) @name) @definition.method
(method_signature name: (property_identifier) @name) @definition.method
(function_signature name: (identifier) @name) @definition.function

(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name) @definition.field
(interface_body (property_signature name: (property_identifier) @name) @definition.field)
(enum_body (property_identifier) @name @definition.field)
(enum_assignment name: (property_identifier) @name) @definition.field

(ambient_declaration [
  (abstract_class_declaration)
  (class_declaration)
  (enum_declaration)
  (function_signature)
  (interface_declaration)
  (internal_module name: (identifier))
  (lexical_declaration)
  (module name: (identifier))
  (type_alias_declaration)
  (variable_declaration)
]) @extent

; import name = require("m")
(import_require_clause source: (_) @import)
