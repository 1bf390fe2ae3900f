-- Version 3: what finds rows without looking at all of them, so that queries keep their speed as the warehouse fills.

-- Lines of orders that have left the warehouse or never will: stock arithmetic passes them by. May be 0 on such a line,
-- and is never 1 on another. Written by the database itself, so that no change of status can forget it.
ALTER TABLE order_line ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
UPDATE order_line SET gone = 1 WHERE customer_order IN (SELECT id FROM customer_order WHERE status >= 500);
CREATE TRIGGER order_goes AFTER UPDATE OF status ON customer_order WHEN (new.status >= 500) <> (old.status >= 500) BEGIN
    UPDATE order_line SET gone = new.status >= 500 WHERE customer_order = new.id;
END;

CREATE INDEX article_just_number ON article (number);
CREATE INDEX article_bar_code ON article (owner, bar_code);
CREATE INDEX article_name ON article (owner, name);
CREATE INDEX article_stock_changed ON article (owner, stock_changed);
CREATE INDEX article_item_in_stock ON article_item (article) WHERE CAST(number AS REAL) > 0;
CREATE INDEX article_item_in_date ON article_item (article, in_date);
CREATE INDEX movement_at ON movement (at);

CREATE INDEX in_order_just_number ON in_order (number);
CREATE INDEX in_order_reference ON in_order (owner, reference);
CREATE INDEX in_order_status ON in_order (owner, status);
CREATE INDEX in_order_updated ON in_order (owner, updated);
CREATE INDEX in_order_line_to_come ON in_order_line (article) WHERE CAST(advised AS REAL) > CAST(received AS REAL);
CREATE INDEX in_order_line_to_report ON in_order_line (in_order)
    WHERE CAST(received AS REAL) <> CAST(coalesce(reported, '0') AS REAL);

CREATE INDEX customer_external_code ON customer (owner, external_code);
CREATE INDEX customer_name ON customer (owner, name);

CREATE INDEX customer_order_just_number ON customer_order (number);
CREATE INDEX customer_order_reference ON customer_order (owner, reference);
CREATE INDEX customer_order_status ON customer_order (owner, status);
CREATE INDEX customer_order_updated ON customer_order (owner, updated);
CREATE INDEX order_line_parent ON order_line (parent) WHERE parent IS NOT NULL;
CREATE INDEX order_line_here ON order_line (article) WHERE NOT gone;
CREATE INDEX order_line_to_report ON order_line (customer_order)
    WHERE CAST(picked AS REAL) <> CAST(coalesce(reported, '0') AS REAL);
CREATE INDEX return_order_line_order_line ON return_order_line (order_line);

CREATE INDEX production_order_just_number ON production_order (number);
CREATE INDEX goods_operation_just_number ON goods_operation (number);
CREATE INDEX return_order_just_number ON return_order (number);
CREATE INDEX transfer_number ON transfer (number);
CREATE INDEX transfer_line_transfer ON transfer_line (transfer);
CREATE INDEX transfer_item_line ON transfer_item (transfer_line);

CREATE INDEX file_order ON file (customer_order);
CREATE INDEX file_article ON file (article);
CREATE INDEX file_in_order ON file (in_order);
CREATE INDEX file_shipment ON file (shipment);
-- All that a list shows, so that none has to step over the files' contents.
CREATE INDEX file_list ON file (owner, id, name, mime, delete_at, article, customer_order, in_order, shipment);

-- What a full warehouse looks like: rows, and how many of them share the first column, the first two, and so on. Told
-- beforehand, so that the plan of a query is the same from the first order to the last; without this SQLite takes a
-- goods owner for something that few rows have.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('article', 'sqlite_autoindex_article_1', '50000 25000 1'),
    ('article', 'article_product_code', '50000 25000 1'),
    ('article', 'article_bar_code', '50000 25000 1'),
    ('article', 'article_name', '50000 25000 1'),
    ('article', 'article_stock_changed', '50000 25000 1'),
    ('article', 'article_just_number', '50000 1'),
    ('in_order', 'in_order_number', '50000 25000 1'),
    ('in_order', 'in_order_reference', '50000 25000 1'),
    ('in_order', 'in_order_status', '50000 25000 5000'),
    ('in_order', 'in_order_updated', '50000 25000 1'),
    ('in_order', 'in_order_just_number', '50000 1'),
    ('customer', 'customer_number', '200000 100000 1'),
    ('customer', 'customer_external_code', '200000 100000 1'),
    ('customer', 'customer_name', '200000 100000 2'),
    ('customer_order', 'customer_order_number', '200000 100000 1'),
    ('customer_order', 'customer_order_goods_owner_order_id', '200000 100000 1'),
    ('customer_order', 'customer_order_reference', '200000 100000 1'),
    ('customer_order', 'customer_order_status', '200000 100000 20000'),
    ('customer_order', 'customer_order_updated', '200000 100000 1'),
    ('customer_order', 'customer_order_just_number', '200000 1'),
    ('return_order', 'return_order_number', '20000 10000 1'),
    ('return_order', 'return_order_order', '20000 1'),
    ('file', 'file_list', '100000 50000 1 1 1 1 1 1 1 1'),
    ('file', 'file_order', '100000 2'),
    ('file', 'file_article', '100000 2'),
    ('file', 'file_in_order', '100000 2'),
    ('file', 'file_shipment', '100000 2');
ANALYZE sqlite_schema;
