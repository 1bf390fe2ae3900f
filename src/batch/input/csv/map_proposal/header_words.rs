//! Names of columns in exports: Swedish, Norwegian, Danish, Finnish, German and English.

/// Names without case, accents and separators, by the member that they mean. A member is given by the end of its
/// path; the first that fits counts.
const WORDS: &[(&str, &[&str])] = &[
    (
        "OrderInfo.GoodsOwnerOrderNumber",
        &[
            "order",
            "orderid",
            "orderno",
            "ordernr",
            "ordernumber",
            "ordernummer",
            "ordrenr",
            "ordrenummer",
            "auftrag",
            "auftragsnr",
            "auftragsnummer",
            "bestellnr",
            "bestellnummer",
            "tilausnumero",
            "webordernr",
            "salesorder",
        ],
    ),
    (
        "InOrderInfo.GoodsOwnerOrderNumber",
        &[
            "order",
            "orderno",
            "ordernr",
            "ordernumber",
            "ordernummer",
            "ordrenr",
            "po",
            "ponr",
            "ponumber",
            "inkopsorder",
            "inkopsordernr",
            "purchaseorder",
            "bestnr",
            "bestallningsnr",
            "indkobsordre",
            "bestellnr",
            "bestellnummer",
        ],
    ),
    (
        "ReferenceNumber",
        &["reference", "referens", "ref", "refno", "refnr", "yourreference", "erreferens", "referenz"],
    ),
    (
        "DeliveryDate",
        &[
            "delivery",
            "deliverydate",
            "leveransdatum",
            "levdatum",
            "leveringsdato",
            "lieferdatum",
            "liefertermin",
            "shipdate",
            "toimituspaiva",
        ],
    ),
    (
        "InDate",
        &["indate", "ankomstdatum", "ankomst", "arrival", "arrivaldate", "expected", "eta", "wareneingang"],
    ),
    (
        "OrderRemark",
        &["remark", "comment", "kommentar", "anmarkning", "note", "notes", "bemerkung", "notering"],
    ),
    (
        "Customer.CustomerNumber",
        &[
            "customer",
            "customerno",
            "customernr",
            "customernumber",
            "kund",
            "kundnr",
            "kundnummer",
            "kundenr",
            "kundenummer",
            "kundennr",
            "kundennummer",
            "customerid",
            "asiakasnumero",
        ],
    ),
    (
        "Customer.Name",
        &[
            "name",
            "customername",
            "kundnamn",
            "namn",
            "navn",
            "kundenavn",
            "kundenname",
            "recipient",
            "mottagare",
            "consignee",
            "empfanger",
            "nimi",
        ],
    ),
    (
        "Customer.Address",
        &[
            "address1",
            "adress",
            "adress1",
            "adresse",
            "street",
            "gata",
            "gatuadress",
            "strasse",
            "gade",
            "osoite",
        ],
    ),
    ("Customer.Address2", &["adress2", "adresse2", "coadress", "co", "addressline2"]),
    (
        "Customer.PostCode",
        &[
            "zip",
            "zipcode",
            "postalcode",
            "postcode",
            "postnr",
            "postnummer",
            "plz",
            "postleitzahl",
            "postinumero",
        ],
    ),
    ("Customer.City", &["ort", "postort", "stad", "by", "poststed", "stadt", "town", "kaupunki"]),
    (
        "Customer.CountryCode",
        &["country", "land", "landskod", "landkod", "landekode", "landercode", "countryiso", "maa"],
    ),
    ("Customer.Email", &["mail", "email", "epost", "emailaddress", "epostadress"]),
    (
        "Customer.MobilePhone",
        &["mobile", "mobil", "mobiltelefon", "phone", "telefon", "tel", "handy", "cellphone"],
    ),
    (
        "ExternalOrderLineCode",
        &[
            "line",
            "lineno",
            "linenumber",
            "rad",
            "radnr",
            "linje",
            "linjenr",
            "position",
            "pos",
            "zeile",
            "row",
            "rownumber",
        ],
    ),
    (
        "ArticleNumber",
        &[
            "article",
            "articleno",
            "articlenr",
            "artikel",
            "artikelnr",
            "artikelnummer",
            "artnr",
            "artno",
            "item",
            "itemno",
            "itemnumber",
            "itemcode",
            "sku",
            "product",
            "productno",
            "productnumber",
            "produktnr",
            "produktnummer",
            "varenr",
            "varenummer",
            "material",
            "materialnr",
            "tuotenumero",
            "partnumber",
            "partno",
        ],
    ),
    (
        "NumberOfItems",
        &[
            "qty", "quantity", "antal", "antall", "menge", "anzahl", "stk", "pcs", "pieces", "amount",
            "count", "number", "maara",
        ],
    ),
    ("OrderLineComment", &["linecomment", "linetext", "radkommentar", "radtext", "linjetekst"]),
    ("RowBatchNo", &["batch", "batchno", "lot", "lotno", "charge", "parti", "partinr"]),
    (
        "ArticleName",
        &[
            "name",
            "itemname",
            "productname",
            "articlename",
            "benamning",
            "artikelnamn",
            "artikelbenamning",
            "bezeichnung",
            "artikelbezeichnung",
            "varenavn",
            "description",
            "itemdescription",
            "nimi",
        ],
    ),
    ("ArticleDescription", &["longdescription", "beskrivning", "beskrivelse", "beschreibung", "text"]),
    ("BarCode", &["barcode", "ean", "ean13", "gtin", "streckkod", "strekkode", "stregkode", "strichcode"]),
    ("ProductCode", &["productcode", "produktkod", "produktkode", "produktcode"]),
    ("Weight", &["weight", "kg", "vikt", "vekt", "vaegt", "gewicht", "weightkg", "paino"]),
    ("Length", &["length", "langd", "lengde", "laenge", "lange"]),
    ("Width", &["width", "bredd", "bredde", "breite"]),
    ("Height", &["height", "hojd", "hoyde", "hohe"]),
    ("Volume", &["volume", "volym", "volum", "volumen"]),
    ("Price", &["price", "pris", "preis", "cost"]),
    (
        "SupplierNumber",
        &[
            "supplier",
            "supplierno",
            "leverantor",
            "leverantorsnr",
            "leverantornr",
            "leverandor",
            "lieferant",
            "lieferantennr",
        ],
    ),
    ("SupplierName", &["suppliername", "leverantorsnamn", "leverandornavn", "lieferantenname"]),
    ("SupplierOrderNumber", &["supplierorder", "supplierorderno", "leverantorsorder", "leverantorsordernr"]),
];

/// A name without case, accents and separators.
pub fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for char in name.to_lowercase().chars() {
        match char {
            'å' | 'ä' | 'á' | 'à' | 'â' => plain.push('a'),
            'æ' => plain.push_str("ae"),
            'ö' | 'ø' | 'ó' | 'ô' => plain.push('o'),
            'ü' | 'ú' => plain.push('u'),
            'é' | 'è' | 'ê' => plain.push('e'),
            'ß' => plain.push_str("ss"),
            char if char.is_alphanumeric() => plain.push(char),
            _ => {}
        }
    }
    plain
}

/// Whether a column of this name, as [`plain`] has it, usually is the member of this path.
pub fn means(plain: &str, path: &str) -> bool {
    let ends =
        |end: &str| path.strip_suffix(end).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    WORDS.iter().any(|(end, words)| ends(end) && words.contains(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_as_they_are_compared() {
        for word in WORDS.iter().flat_map(|(_, words)| *words) {
            assert_eq!(plain(word), *word);
        }
        assert_eq!(plain("Leverantörs-nr."), "leverantorsnr");
        assert!(means("antal", "CustomerOrderLines.NumberOfItems") && !means("antal", "XNumberOfItems"));
    }
}
