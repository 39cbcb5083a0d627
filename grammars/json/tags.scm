; The keys of the first two levels; more would be a data file's content.

(document (object
  (pair key: (string . (string_content) @name .)) @definition.field))
(document (object (pair value: (object
  (pair key: (string . (string_content) @name .)) @definition.field))))
; "name": { ... } is named by its first line, without the brace.
(document (object (pair value: (object) @body)))

[(comment) (string_content)] @skip
