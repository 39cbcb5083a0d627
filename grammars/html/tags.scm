; What a page defines and uses. The captures are explained in ../README.md.
; The anchors are for speed: a page is little but attributes.

; Elements with an id.
(element . (start_tag (attribute
  . (attribute_name) @_id
  . (quoted_attribute_value . (attribute_value) @name) .))
  (#eq? @_id "id")) @definition.element
(script_element . (start_tag (attribute
  . (attribute_name) @_id
  . (quoted_attribute_value . (attribute_value) @name) .))
  (#eq? @_id "id")) @definition.element

(script_element . (start_tag (attribute
  . (attribute_name) @_source
  . (quoted_attribute_value . (attribute_value) @import) .))
  (#eq? @_source "src"))

[(comment) (text) (raw_text)] @skip
