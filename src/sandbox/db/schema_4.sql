-- Version 4: what the contract of February 2024 shows and earlier ones did not. Cards of earlier versions may hold members
-- that this contract does not have: they are passed over when a card is read.

ALTER TABLE article_item ADD COLUMN weight TEXT;
ALTER TABLE article_item ADD COLUMN volume TEXT;
ALTER TABLE article_item ADD COLUMN length TEXT;
ALTER TABLE article_item ADD COLUMN width TEXT;
ALTER TABLE article_item ADD COLUMN height TEXT;
ALTER TABLE article_item ADD COLUMN free_decimal1 TEXT;
ALTER TABLE article_item ADD COLUMN free_decimal2 TEXT;
ALTER TABLE article_item ADD COLUMN comment TEXT;
ALTER TABLE article_item ADD COLUMN container TEXT;
-- Where an item came from that was not announced.
ALTER TABLE article_item ADD COLUMN production_line INTEGER REFERENCES production_line;
ALTER TABLE article_item ADD COLUMN return_order_line INTEGER REFERENCES return_order_line;

-- How many the goods owner knows to have come back.
ALTER TABLE order_line ADD COLUMN reported_returned TEXT;
UPDATE order_line SET reported_returned = card ->> '$.ReportedReturnedNumberOfItems';

ALTER TABLE production_line ADD COLUMN min_days_to_expiry INTEGER;
-- What one of it takes, where the order says so itself: a list of { part, number } in JSON.
ALTER TABLE production_line ADD COLUMN specification TEXT;
-- The item that the parts went into.
ALTER TABLE consumption ADD COLUMN produced INTEGER REFERENCES article_item;

-- The items that a goods operation gave another status.
CREATE TABLE goods_operation_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    goods_operation_line INTEGER NOT NULL REFERENCES goods_operation_line,
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL
);
CREATE INDEX goods_operation_item_line ON goods_operation_item (goods_operation_line);

ALTER TABLE return_order ADD COLUMN handling_comment TEXT;
ALTER TABLE return_order ADD COLUMN warehouse INTEGER REFERENCES warehouse;

-- When an order got its present status. Written by the database itself, so that no change of status can forget it.
ALTER TABLE customer_order ADD COLUMN status_changed TEXT;
UPDATE customer_order SET status_changed = updated;
CREATE TRIGGER order_comes AFTER INSERT ON customer_order BEGIN
    UPDATE customer_order SET status_changed = strftime('%Y-%m-%dT%H:%M:%f', 'now') WHERE id = new.id;
END;
CREATE TRIGGER order_status_changes AFTER UPDATE OF status ON customer_order WHEN new.status <> old.status BEGIN
    UPDATE customer_order SET status_changed = strftime('%Y-%m-%dT%H:%M:%f', 'now') WHERE id = new.id;
END;
ALTER TABLE in_order ADD COLUMN status_changed TEXT;
UPDATE in_order SET status_changed = updated;
CREATE TRIGGER in_order_comes AFTER INSERT ON in_order BEGIN
    UPDATE in_order SET status_changed = strftime('%Y-%m-%dT%H:%M:%f', 'now') WHERE id = new.id;
END;
CREATE TRIGGER in_order_status_changes AFTER UPDATE OF status ON in_order WHEN new.status <> old.status BEGIN
    UPDATE in_order SET status_changed = strftime('%Y-%m-%dT%H:%M:%f', 'now') WHERE id = new.id;
END;
