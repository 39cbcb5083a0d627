; What TypeScript adds to JavaScript.

[
  (function_signature)
  (method_signature)
  (abstract_method_signature)
  (call_signature)
  (construct_signature)
  (function_type)
  (constructor_type)
] @local.scope.function
[
  (abstract_class_declaration)
  (interface_declaration)
  (type_alias_declaration)
  (internal_module)
  (module)
  (mapped_type_clause)
  (conditional_type)
] @local.scope

(abstract_class_declaration name: (_) @local.outside @local.definition.class)
(interface_declaration name: (_) @local.outside @local.definition.interface)
(type_alias_declaration name: (_) @local.outside @local.definition.type)
(enum_declaration name: (_) @local.definition.enum)
(function_signature name: (identifier) @local.outside @local.definition.function)
(internal_module name: (identifier) @local.outside @local.definition.namespace)
(module name: (identifier) @local.outside @local.definition.namespace)

(type_parameter name: (type_identifier) @local.definition.type)
(mapped_type_clause name: (type_identifier) @local.definition.type)
(infer_type (type_identifier) @local.definition.type)
(required_parameter pattern: (identifier) @local.target)
(optional_parameter pattern: (identifier) @local.target)
; Such a parameter is a field as well: its name is not the function's own.
(required_parameter (accessibility_modifier) pattern: (identifier) @local.shorthand.fixed)
(required_parameter "readonly" pattern: (identifier) @local.shorthand.fixed)

(nested_type_identifier name: (type_identifier) @local.ignore)
(index_signature name: (identifier) @local.ignore)

(type_identifier) @local.reference
