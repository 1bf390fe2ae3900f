-- The warehouse's state. Quantities are decimal texts, so that nothing is rounded; times are UTC as
-- 'YYYY-MM-DDTHH:MM:SS.fff', so that they sort. `card` holds what an answer shows of the row, `definition` all that
-- requests said about it, both in the contract's JSON form.

CREATE TABLE goods_owner (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
);

-- Articles -------------------------------------------------------------------------------------------------------

CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT NOT NULL,
    product_code TEXT,
    bar_code TEXT,
    name TEXT,
    structure TEXT,
    recycled TEXT,
    order_point INTEGER,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    stock_changed TEXT NOT NULL,
    card TEXT NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (owner, number)
);
CREATE INDEX article_product_code ON article (owner, product_code);

-- Parts of kits, and what production consumes.
CREATE TABLE article_part (
    article INTEGER NOT NULL REFERENCES article,
    part INTEGER NOT NULL REFERENCES article,
    number TEXT NOT NULL,
    PRIMARY KEY (article, part)
);

-- Code tables: article groups, order types and the like.
CREATE TABLE code (
    owner INTEGER NOT NULL REFERENCES goods_owner,
    kind TEXT NOT NULL,
    code TEXT,
    name TEXT
);
CREATE INDEX code_kind ON code (owner, kind);

-- Goods ----------------------------------------------------------------------------------------------------------

CREATE TABLE warehouse (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);
INSERT INTO warehouse (id, code, name) VALUES (1, 'MAIN', 'Main warehouse'), (2, 'SIDE', 'Side warehouse');

-- `received` is the quantity that came in, `number` what is left of it in the warehouse. An item that was split off
-- another came in with that one: its `received` is 0.
CREATE TABLE article_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    origin INTEGER REFERENCES article_item,
    warehouse INTEGER NOT NULL DEFAULT 1 REFERENCES warehouse,
    locked INTEGER NOT NULL DEFAULT 0,
    price TEXT,
    category_code TEXT,
    counted TEXT,
    status_changed TEXT,
    article INTEGER NOT NULL REFERENCES article,
    in_order_line INTEGER REFERENCES in_order_line,
    received TEXT NOT NULL,
    number TEXT NOT NULL,
    batch TEXT,
    serial TEXT,
    expiry TEXT,
    status_code TEXT,
    location TEXT NOT NULL,
    in_date TEXT NOT NULL
);
CREATE INDEX article_item_article ON article_item (article);
CREATE INDEX article_item_in_order_line ON article_item (in_order_line);

-- What has been in stock when. Written by the database itself, so that no work on the floor can forget it.
CREATE TABLE stock_level (
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL,
    warehouse INTEGER NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX stock_level_item ON stock_level (article_item, at);
CREATE TRIGGER stock_comes AFTER INSERT ON article_item BEGIN
    INSERT INTO stock_level VALUES (new.id, new.number, new.warehouse, strftime('%Y-%m-%dT%H:%M:%f', 'now'));
END;
CREATE TRIGGER stock_changes AFTER UPDATE OF number, warehouse ON article_item BEGIN
    INSERT INTO stock_level VALUES (new.id, new.number, new.warehouse, strftime('%Y-%m-%dT%H:%M:%f', 'now'));
END;

-- Tags that were read on goods when they came.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    in_order_line INTEGER NOT NULL REFERENCES in_order_line ON DELETE CASCADE,
    tag TEXT NOT NULL,
    read TEXT NOT NULL
);
CREATE INDEX tag_line ON tag (in_order_line);

-- Set aside for an order line; the goods are still in their place.
CREATE TABLE allocation (
    order_line INTEGER NOT NULL REFERENCES order_line ON DELETE CASCADE,
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL
);
CREATE INDEX allocation_line ON allocation (order_line);
CREATE INDEX allocation_item ON allocation (article_item);

-- Taken from their place for an order line.
CREATE TABLE pick (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_line INTEGER NOT NULL REFERENCES order_line,
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL,
    picked TEXT NOT NULL
);
CREATE INDEX pick_line ON pick (order_line);
CREATE INDEX pick_item ON pick (article_item);

-- Counting. A counting may find differences on several articles.
CREATE TABLE inventory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    at TEXT NOT NULL
);

CREATE TABLE inventory_change (
    inventory INTEGER NOT NULL REFERENCES inventory,
    article INTEGER NOT NULL REFERENCES article,
    article_item INTEGER NOT NULL REFERENCES article_item,
    warehouse INTEGER NOT NULL REFERENCES warehouse,
    number TEXT NOT NULL,
    cause TEXT NOT NULL,
    -- When the goods owner said that it knows.
    reported TEXT
);
CREATE INDEX inventory_change_article ON inventory_change (article);

-- What was changed of article items.
CREATE TABLE item_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_item INTEGER NOT NULL REFERENCES article_item,
    type TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL
);
CREATE INDEX item_change_item ON item_change (article_item);

CREATE TABLE movement (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL,
    from_location TEXT NOT NULL,
    to_location TEXT NOT NULL,
    from_warehouse INTEGER NOT NULL REFERENCES warehouse,
    to_warehouse INTEGER NOT NULL REFERENCES warehouse,
    at TEXT NOT NULL
);

-- Orders to give goods another status.
CREATE TABLE goods_operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT NOT NULL,
    comment TEXT,
    reference TEXT,
    created TEXT NOT NULL,
    done TEXT,
    UNIQUE (owner, number)
);

CREATE TABLE goods_operation_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    goods_operation INTEGER NOT NULL REFERENCES goods_operation,
    number TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article,
    wanted TEXT NOT NULL,
    done TEXT NOT NULL DEFAULT '0',
    comment TEXT,
    batch TEXT,
    from_status TEXT,
    to_status TEXT NOT NULL,
    UNIQUE (goods_operation, number)
);

-- Production -----------------------------------------------------------------------------------------------------

CREATE TABLE production_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT NOT NULL,
    comment TEXT,
    status INTEGER NOT NULL,
    production_date TEXT,
    expiry TEXT,
    started TEXT,
    last_produced TEXT,
    ended TEXT,
    free_boolean1 INTEGER NOT NULL DEFAULT 0,
    free_boolean2 INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner, number)
);

CREATE TABLE production_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    production_order INTEGER NOT NULL REFERENCES production_order,
    number TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article,
    wanted TEXT NOT NULL,
    produced TEXT NOT NULL DEFAULT '0',
    reported TEXT,
    comment TEXT,
    batch TEXT,
    serial TEXT,
    UNIQUE (production_order, number)
);

-- What went into the goods.
CREATE TABLE consumption (
    production_line INTEGER NOT NULL REFERENCES production_line,
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL
);
CREATE INDEX consumption_line ON consumption (production_line);

-- Announced goods ------------------------------------------------------------------------------------------------

CREATE TABLE in_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT,
    reference TEXT,
    is_return INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL,
    in_date TEXT,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    last_received TEXT,
    card TEXT NOT NULL,
    definition TEXT NOT NULL
);
CREATE INDEX in_order_number ON in_order (owner, number);

CREATE TABLE in_order_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    in_order INTEGER NOT NULL REFERENCES in_order,
    position INTEGER NOT NULL,
    external_code TEXT,
    article INTEGER NOT NULL REFERENCES article,
    advised TEXT NOT NULL,
    received TEXT NOT NULL DEFAULT '0',
    reported TEXT,
    acknowledged TEXT,
    card TEXT NOT NULL,
    items TEXT NOT NULL
);
CREATE INDEX in_order_line_order ON in_order_line (in_order);
CREATE INDEX in_order_line_article ON in_order_line (article);

-- Orders ---------------------------------------------------------------------------------------------------------

CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT,
    external_code TEXT,
    name TEXT,
    card TEXT NOT NULL
);
CREATE INDEX customer_number ON customer (owner, number);

CREATE TABLE transporter (
    owner INTEGER NOT NULL REFERENCES goods_owner,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    service_name TEXT,
    service_code TEXT,
    customer_number TEXT
);

CREATE TABLE customer_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT,
    goods_owner_order_id TEXT,
    reference TEXT,
    status INTEGER NOT NULL,
    delivery_date TEXT,
    shipped TEXT,
    printed TEXT,
    last_picked TEXT,
    last_returned TEXT,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    card TEXT NOT NULL,
    consignee TEXT,
    transporter TEXT,
    definition TEXT NOT NULL
);
CREATE INDEX customer_order_number ON customer_order (owner, number);
CREATE INDEX customer_order_goods_owner_order_id ON customer_order (owner, goods_owner_order_id);

-- A kit's line is the parent of its parts' lines; goods move on lines without parts only.
CREATE TABLE order_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_order INTEGER NOT NULL REFERENCES customer_order,
    position INTEGER NOT NULL,
    parent INTEGER REFERENCES order_line,
    external_code TEXT,
    article INTEGER NOT NULL REFERENCES article,
    ordered TEXT NOT NULL,
    picked TEXT NOT NULL DEFAULT '0',
    reported TEXT,
    -- Of a part: how many of it one of the parent takes.
    per_parent TEXT,
    -- 0 where no goods are picked: kits, services, lines that say so.
    moves INTEGER NOT NULL,
    card TEXT NOT NULL
);
CREATE INDEX order_line_order ON order_line (customer_order);
CREATE INDEX order_line_article ON order_line (article);

CREATE TABLE tracking (
    customer_order INTEGER NOT NULL REFERENCES customer_order,
    waybill TEXT NOT NULL,
    created TEXT NOT NULL
);
CREATE INDEX tracking_order ON tracking (customer_order);

-- Files and sync times -------------------------------------------------------------------------------------------

CREATE TABLE file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    name TEXT NOT NULL,
    mime TEXT,
    content BLOB NOT NULL,
    delete_at TEXT,
    batch TEXT,
    article INTEGER REFERENCES article,
    customer_order INTEGER REFERENCES customer_order,
    in_order INTEGER REFERENCES in_order,
    shipment INTEGER
);

-- What jobs of the goods owner reported.
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    success INTEGER NOT NULL,
    header TEXT,
    message TEXT,
    definition TEXT NOT NULL
);

CREATE TABLE sync_time (
    owner INTEGER NOT NULL REFERENCES goods_owner,
    integration TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (owner, integration)
);

-- Returns --------------------------------------------------------------------------------------------------------

CREATE TABLE return_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    customer_order INTEGER NOT NULL REFERENCES customer_order,
    number TEXT,
    comment TEXT,
    cause_code TEXT,
    cause_name TEXT,
    in_date TEXT,
    last_returned TEXT
);
CREATE INDEX return_order_number ON return_order (owner, number);
CREATE INDEX return_order_order ON return_order (customer_order);

CREATE TABLE return_order_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    return_order INTEGER NOT NULL REFERENCES return_order,
    order_line INTEGER NOT NULL REFERENCES order_line,
    row_number TEXT,
    wanted TEXT NOT NULL,
    returned TEXT NOT NULL DEFAULT '0',
    cause_code TEXT,
    cause_name TEXT
);
CREATE INDEX return_order_line_order ON return_order_line (return_order);

-- Shipments and trips --------------------------------------------------------------------------------------------

CREATE TABLE shipment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    status INTEGER NOT NULL,
    order_number TEXT,
    way_bill INTEGER,
    in_date TEXT,
    delivery_date TEXT,
    shipped TEXT,
    is_collected INTEGER NOT NULL DEFAULT 0,
    customs TEXT NOT NULL DEFAULT 'NoStatus',
    customs_reference TEXT,
    card TEXT NOT NULL,
    header TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX shipment_order_number ON shipment (owner, order_number);

-- The orders that a shipment carries, and the announcements whose goods it brings.
CREATE TABLE shipment_order (
    shipment INTEGER NOT NULL REFERENCES shipment,
    customer_order INTEGER NOT NULL REFERENCES customer_order,
    PRIMARY KEY (shipment, customer_order)
);

CREATE TABLE shipment_in_order (
    shipment INTEGER NOT NULL REFERENCES shipment,
    in_order INTEGER NOT NULL REFERENCES in_order,
    PRIMARY KEY (shipment, in_order)
);

CREATE TABLE trip (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT NOT NULL,
    start TEXT NOT NULL,
    name TEXT,
    route TEXT
);

CREATE TABLE trip_stop (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    trip INTEGER NOT NULL REFERENCES trip,
    sequence INTEGER NOT NULL,
    shipment INTEGER REFERENCES shipment,
    location TEXT,
    definition TEXT NOT NULL,
    UNIQUE (trip, sequence)
);
CREATE INDEX trip_stop_shipment ON trip_stop (shipment);

-- Invoices -------------------------------------------------------------------------------------------------------

CREATE TABLE invoice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT,
    title TEXT,
    date TEXT NOT NULL,
    period_start TEXT,
    period_end TEXT,
    your_order_number TEXT,
    your_reference TEXT,
    exported TEXT
);

CREATE TABLE invoice_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice INTEGER NOT NULL REFERENCES invoice,
    customer_order INTEGER REFERENCES customer_order,
    -- Of all items together.
    price TEXT NOT NULL,
    number TEXT NOT NULL,
    comment TEXT,
    container_batch TEXT,
    action_date TEXT,
    article_code TEXT,
    article_title TEXT,
    article_account TEXT
);
CREATE INDEX invoice_row_invoice ON invoice_row (invoice);

-- Transfers from one warehouse to another ------------------------------------------------------------------------

CREATE TABLE transfer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES goods_owner,
    number TEXT NOT NULL,
    reference TEXT NOT NULL,
    from_warehouse INTEGER NOT NULL REFERENCES warehouse,
    to_warehouse INTEGER NOT NULL REFERENCES warehouse,
    status INTEGER NOT NULL,
    updated TEXT NOT NULL
);

CREATE TABLE transfer_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transfer INTEGER NOT NULL REFERENCES transfer,
    article INTEGER NOT NULL REFERENCES article,
    number TEXT NOT NULL
);

CREATE TABLE transfer_item (
    transfer_line INTEGER NOT NULL REFERENCES transfer_line,
    article_item INTEGER NOT NULL REFERENCES article_item,
    number TEXT NOT NULL
);
