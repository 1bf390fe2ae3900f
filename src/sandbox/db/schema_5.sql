-- Version 5: when goods were set aside, and what requests said of all kinds of things.

-- When goods were first set aside for an order, since it was last released. Written by the database itself, so that no work
-- on the floor can forget it.
ALTER TABLE customer_order ADD COLUMN allocated TEXT;
UPDATE customer_order SET allocated = status_changed WHERE status = 320;
CREATE TRIGGER goods_are_set_aside AFTER INSERT ON allocation BEGIN
    UPDATE customer_order SET allocated = coalesce(allocated, strftime('%Y-%m-%dT%H:%M:%f', 'now'))
    WHERE id = (SELECT customer_order FROM order_line WHERE id = new.order_line);
END;
CREATE TRIGGER goods_are_put_back AFTER UPDATE OF status ON customer_order WHEN new.status < 320 AND old.status >= 320 BEGIN
    UPDATE customer_order SET allocated = NULL WHERE id = new.id;
END;

-- In the contract's JSON form; NULL on what an earlier version wrote down. Of customers: what was said of them alone, and
-- not on the way of an order.
ALTER TABLE customer ADD COLUMN definition TEXT;
ALTER TABLE return_order ADD COLUMN definition TEXT;
ALTER TABLE production_order ADD COLUMN definition TEXT;
ALTER TABLE goods_operation ADD COLUMN definition TEXT;
ALTER TABLE shipment ADD COLUMN definition TEXT;
