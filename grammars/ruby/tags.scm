; What Ruby code defines and uses. The captures are explained in ../README.md.

(class name: [(constant) @name (scope_resolution name: (_) @name)]) @definition.class
(class body: (_) @body)
; A comment between a header and its body is not the signature's.
(class [(comment) "end"] @body)
; Point = Struct.new(:x) do ... end
(assignment
  left: (constant) @name
  right: (call
    receiver: (constant) @_class
    block: [(block) (do_block)] @body
    (#any-of? @_class "Struct" "Class" "Data"))) @definition.class

(module name: [(constant) @name (scope_resolution name: (_) @name)]) @definition.module
(module body: (_) @body)
(module [(comment) "end"] @body)

; In a class they become methods anyway.
(module (body_statement (method) @definition.method))
(singleton_class (body_statement (method) @definition.method))
(argument_list (method) @definition.method)
(singleton_method name: (_) @name) @definition.method
(singleton_method body: (_) @body)
(singleton_method ["=" (comment) "end"] @body)
(alias name: (_) @name) @definition.method
(call
  !receiver
  method: (identifier) @_alias
  arguments: (argument_list . (simple_symbol) @name)
  (#any-of? @_alias "alias_method" "define_method")) @definition.method
(method name: (_) @name) @definition.function
(method body: (_) @body)
(method ["=" (comment) "end"] @body)

(call
  !receiver
  method: (identifier) @_attribute
  arguments: (argument_list (simple_symbol) @name)
  (#any-of? @_attribute
    "attr_accessor" "attr_reader" "attr_writer" "attr" "cattr_accessor" "mattr_accessor"
    "class_attribute")) @definition.field

(assignment left: (constant) @name) @definition.constant
(operator_assignment left: (constant) @name) @definition.constant
(assignment left: (left_assignment_list (constant) @name)) @definition.constant
(assignment left: [
  (identifier)
  (global_variable)
  (class_variable)
  (instance_variable)
] @name) @definition.variable
(assignment left: (left_assignment_list [
  (identifier)
  (global_variable)
] @name)) @definition.variable

; Variables in a block are its own.
[(block) (do_block) (lambda)] @local

(call
  !receiver
  method: (identifier) @_import
  arguments: (argument_list (string) @import)
  (#any-of? @_import "require" "require_relative" "load" "autoload"))

[(comment) (string_content) (heredoc_content) (regex)] @skip
