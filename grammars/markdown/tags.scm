; The headings. The captures are explained in ../README.md.

; A section reaches from its heading to the next of its level.
(section . (atx_heading (inline) @name)) @definition.section
; The grammar gives those that are underlined no section of their own.
(setext_heading (paragraph (inline) @name)) @definition.section

(document) @skip
