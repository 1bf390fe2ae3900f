//! Files of orders and articles.

use ongoing_wms::api::*;
use ongoing_wms::xml::Bytes;

use crate::{article, fault, order, start};

fn file(name: &str) -> Option<File> {
    Some(File {
        file_name: Some(name.into()),
        file_bytes: Some(Bytes(b"%PDF \x00\xff".to_vec())),
        mime_type: Some("application/pdf".into()),
        ..File::default()
    })
}

#[test]
fn put_listed_and_got() {
    let (_sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    client.process_order(order("O", &[])).unwrap();
    client
        .upload_article_def_file(UploadArticleDefFile {
            article_no: Some("A".into()),
            batch_no: None,
            file: file("a.pdf"),
        })
        .unwrap();
    let of_order = OrderFile {
        file: file("o.pdf"),
        goods_owner_order_number: Some("O".into()),
        ..OrderFile::new(OrderFileIdentificationType::GoodsOwnerOrderNumber)
    };
    client.upload_order_file(of_order.clone()).unwrap();
    let names = |values: FileSearchValues| -> Vec<String> {
        let files = client.get_file_list(values).unwrap().files_info_list.unwrap();
        files.into_iter().map(|file| file.file_name.unwrap()).collect()
    };
    let all = FileSearchValues::default;
    assert_eq!(names(all()), ["a.pdf", "o.pdf"]);
    assert_eq!(names(FileSearchValues { article_no: Some("A".into()), ..all() }), ["a.pdf"]);
    assert_eq!(names(FileSearchValues { order_number: Some("O".into()), ..all() }), ["o.pdf"]);
    assert_eq!(names(FileSearchValues { file_name_begins_with: Some("o".into()), ..all() }), ["o.pdf"]);
    assert_eq!(names(FileSearchValues { file_name_ends_with: Some("a.pdf".into()), ..all() }), ["a.pdf"]);
    let got = client.get_file(2).unwrap().unwrap();
    assert_eq!(got.file_bytes.unwrap().0, b"%PDF \x00\xff");
    assert_eq!(got.mime_type.as_deref(), Some("application/pdf"));

    // These operations have no place for a refusal in their answers.
    let nowhere = OrderFile { goods_owner_order_number: Some("X".into()), ..of_order };
    let (code, reason) = fault(client.upload_order_file(nowhere));
    assert_eq!(code, "Server");
    assert_eq!(reason, "Server was unable to process request. ---> Order \"X\" was not found");
    assert!(fault(client.get_file(9)).1.ends_with("File 9 was not found"));
}

#[test]
fn a_file_of_an_announcement_replaces_its_namesake() {
    let (_sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    let id = client.process_in_order(crate::in_order("IN", &[("A", 1)])).unwrap().in_order_id;
    let upload = |number: &str, name: &str, content: &[u8]| {
        client.upload_in_order_file(UploadInOrderFileOperation {
            in_order_identification: Some(UploadInOrderFileInOrderIdentification {
                goods_owner_order_number: Some(number.into()),
                ..UploadInOrderFileInOrderIdentification::default()
            }),
            file: Some(UploadInOrderFile {
                file_name: Some(name.into()),
                file_bytes: Some(Bytes(content.to_vec())),
                ..UploadInOrderFile::default()
            }),
            ..UploadInOrderFileOperation::new(UploadInOrderFileFileIdentification::FileName)
        })
    };
    upload("IN", "a.pdf", b"old").unwrap();
    upload("IN", "b.pdf", b"other").unwrap();
    upload("IN", "a.pdf", b"new").unwrap();
    let wanted = FileSearchValues { in_order_id: Some(id), ..FileSearchValues::default() };
    let files = client.get_file_list(wanted).unwrap().files_info_list.unwrap();
    let names: Vec<_> = files.iter().map(|file| file.file_name.as_deref().unwrap()).collect();
    assert_eq!(names, ["b.pdf", "a.pdf"]);
    let got = client.get_file(files[1].file_id).unwrap().unwrap();
    assert_eq!(got.file_bytes.unwrap().0, b"new");
    assert_eq!(crate::refusal(upload("NO", "a.pdf", b"x")), "The in-order was not found");
}
