//! A WSDL: Rust text that is made of balanced pieces, or an error with a place.

use std::fs;

use ongoing_codegen::render::{Options, render};

pub fn run(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("in.wsdl");
    fs::write(&path, data).expect("a file can be written");
    match ongoing_codegen::wsdl::load(&path, None, None) {
        Ok((service, _)) => match render(&service, &Options::default()) {
            Ok(text) => {
                let tokens: Result<proc_macro2::TokenStream, _> = text.parse();
                assert!(tokens.is_ok(), "the text is Rust as far as its tokens go:\n{text}");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        },
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
