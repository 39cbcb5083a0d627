-- Carets say what the line above holds; every definition has one.
CREATE SCHEMA shop;
--            ^^^^ definition.namespace signature=CREATE SCHEMA shop
CREATE DATABASE archive;
--              ^^^^^^^ definition.namespace

CREATE TYPE address AS (
--          ^^^^^^^ definition.type signature=CREATE TYPE address AS
  street TEXT,
  -- ^^^ definition.field within=address signature=street TEXT
  city VARCHAR(80)
  -- ^ definition.field within=address
);

-- Whoever buys.
CREATE TABLE IF NOT EXISTS shop.users (
--                              ^^^^^ definition.table signature=CREATE TABLE IF NOT EXISTS shop.users
  id SERIAL PRIMARY KEY,
  -- <- definition.field within=users
  email VARCHAR(200) NOT NULL UNIQUE,
  -- ^^ definition.field within=users
  team_id INT REFERENCES teams (id)
  -- ^^^^ definition.field within=users
  --                     ^^^^^ reference within=users.team_id
  --                            ^^ reference within=users.team_id
);

CREATE TABLE orders (
--           ^^^^^^ definition.table
  id BIGINT,
  -- <- definition.field within=orders
  user_id INT,
  -- ^^^^ definition.field within=orders
  total NUMERIC(10, 2) DEFAULT 0,
  -- ^^ definition.field within=orders
  FOREIGN KEY (user_id) REFERENCES users (id)
  --           ^^^^^^^ reference within=orders
  --                               ^^^^^ reference within=orders
  --                                      ^^ reference within=orders
);

CREATE UNIQUE INDEX users_email ON users (email);
--                  ^^^^^^^^^^^ definition.index signature=CREATE UNIQUE INDEX users_email ON users (email)
--                                 ^^^^^ reference within=users_email
CREATE SEQUENCE order_numbers;
--              ^^^^^^^^^^^^^ definition.sequence signature=CREATE SEQUENCE order_numbers

/* Those who bought something. */
CREATE OR REPLACE VIEW buyers AS
--                     ^^^^^^ definition.view signature=CREATE OR REPLACE VIEW buyers
SELECT u.id, count(o.id) AS bought
--       ^^ reference within=buyers
FROM users u
--   ^^^^^ reference within=buyers
JOIN orders o ON o.user_id = u.id
--   ^^^^^^ reference within=buyers
--                 ^^^^^^^ reference within=buyers
GROUP BY u.id;

CREATE MATERIALIZED VIEW totals AS
--                       ^^^^^^ definition.view
WITH sums AS (SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id)
--   ^^^^ reference within=totals
--                   ^^^^^^^ reference within=totals
--                                ^^^^^ reference within=totals
--                                                     ^^^^^^ reference within=totals
SELECT * FROM sums;

CREATE FUNCTION add_tax(amount NUMERIC, rate NUMERIC) RETURNS NUMERIC LANGUAGE sql AS $$
--              ^^^^^^^ definition.function signature=CREATE FUNCTION add_tax(amount NUMERIC, rate NUMERIC) RETURNS NUMERIC LANGUAGE sql
  SELECT amount * (1 + rate);
$$;

CREATE TRIGGER orders_changed AFTER INSERT ON orders
--             ^^^^^^^^^^^^^^ definition.trigger signature=CREATE TRIGGER orders_changed AFTER INSERT ON orders
--                                            ^^^^^^ reference within=orders_changed
FOR EACH ROW EXECUTE FUNCTION refresh_totals();

ALTER TABLE users ADD COLUMN age INT;
--          ^^^^^ reference
--                           ^^^ definition.field
INSERT INTO users (id, email) VALUES (1, 'a@example.org');
--                 ^^ reference
UPDATE orders SET total = add_tax(total, 0.2) WHERE user_id = 1;
--     ^^^^^^ reference
--                ^^^^^ reference
--                                                  ^^^^^^^ reference
DELETE FROM users WHERE id IN (SELECT user_id FROM buyers);
