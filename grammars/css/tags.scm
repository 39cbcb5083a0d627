; What a style sheet defines and uses. The captures are explained in ../README.md.

(rule_set) @definition.rule
(rule_set (block) @body)
; A lone class or id goes by its own name, any other selector by its text.
(selectors [
  (class_selector . (class_name) @name .)
  (id_selector . (id_name) @name .)
])
(selectors (_ . (_) . (_)) @name)
(selectors [(tag_name) (universal_selector) (nesting_selector)] @name)
(selectors [
  (pseudo_class_selector . (_) .)
  (pseudo_element_selector . (_) .)
  (attribute_selector . (_) .)
  (child_selector . (_) .)
  (sibling_selector . (_) .)
  (adjacent_sibling_selector . (_) .)
] @name)
(media_statement . (_) @name (block) @body) @definition.media
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @definition.keyframes

; --name: value
((declaration . (property_name) @name) @definition.variable
  (#match? @name "^--"))
(at_rule
  . (at_keyword) @_property
  . (keyword_query) @name
  . (block) @body
  (#eq? @_property "@property")) @definition.variable

(import_statement [
  (string_value) @import
  (call_expression (arguments (_) @import))
])

[(comment) (js_comment) (string_content) (string_value)] @skip
