; The keys of each document's first two levels, and anchors. See ../README.md.

(document (block_node (block_mapping
  (block_mapping_pair
    key: (flow_node [
      (plain_scalar)
      (double_quote_scalar)
      (single_quote_scalar)
    ] @name)) @definition.field)))
(document (block_node (block_mapping (block_mapping_pair value: (block_node (block_mapping
  (block_mapping_pair
    key: (flow_node [
      (plain_scalar)
      (double_quote_scalar)
      (single_quote_scalar)
    ] @name)
    (#not-eq? @name "<<")) @definition.field))))))

(anchor (anchor_name) @name) @definition.variable

[(comment) (plain_scalar) (double_quote_scalar) (single_quote_scalar) (block_scalar)] @skip
