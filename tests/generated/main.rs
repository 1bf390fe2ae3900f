//! The code that the generator makes of each contract in `fixtures/codegen` is compiled here, and used as a caller
//! uses it: requests are made from typed values and from JSON, their XML is compared, read again and compared again;
//! answers come from recorded envelopes.
#![cfg(feature = "serde")]

mod answers;
mod composition;
mod exchange;
mod headers;
mod instances;
mod members;
mod names;
mod namespaces;
mod properties;
mod rounds;
mod schema_texts;
mod values;

use ongoing_wms::operation::OperationInfo;

/// One module for each contract, with all that its `expected.rs` holds.
macro_rules! contracts {
    ($($name:ident: $case:literal,)*) => {
        pub mod contract {
            $(
                #[allow(clippy::all, dead_code, missing_docs)]
                pub mod $name {
                    include!(concat!("../../fixtures/codegen/", $case, "/expected.rs"));
                }
            )*
        }

        const COMPILED: &[&str] = &[$($case,)*];

        /// The operations of each contract.
        const OPERATIONS: &[(&str, &[OperationInfo])] = &[$(($case, &contract::$name::OPERATIONS),)*];
    };
}

contracts! {
    all: "all",
    annotated: "annotated",
    any: "any",
    any_base: "any-base",
    array_of: "array-of",
    attributes: "attributes",
    builtins: "builtins",
    choice: "choice",
    choice_repeated: "choice-repeated",
    derived_attr_p: "derived-attr-p",
    derived_enum_name2: "derived-enum-name2",
    derived_member_p: "derived-member-p",
    derived_member_w: "derived-member-w",
    derived_orders: "derived-orders",
    derived180: "derived180",
    documentation: "documentation",
    element_and_type_of_one_name: "element-and-type-of-one-name",
    emptybody: "emptybody",
    extension: "extension",
    extension_abstract: "extension-abstract",
    extension_base_only: "extension-base-only",
    extension_of_choice: "extension-of-choice",
    extension_optional_base: "extension-optional-base",
    header_and_fault: "header-and-fault",
    headers: "headers",
    imports: "imports",
    imports_query: "imports-query",
    inline_in_groups: "inline-in-groups",
    inline_types: "inline-types",
    members_200: "members-200",
    named_groups: "named-groups",
    names_clash_with_suffix: "names-clash-with-suffix",
    names_differ_by_case: "names-differ-by-case",
    names_keywords: "names-keywords",
    names_odd: "names-odd",
    nested_groups: "nested-groups",
    nilitems: "nilitems",
    nsderived: "nsderived",
    occurrence: "occurrence",
    recursion: "recursion",
    ref_to_message: "ref-to-message",
    refs: "refs",
    relquery: "relquery",
    repchoice: "repchoice",
    repseq: "repseq",
    response_other_ns: "response-other-ns",
    restriction: "restriction",
    restriction_attributes_inherited: "restriction-attributes-inherited",
    rounds_between: "rounds-between",
    rows: "rows",
    rpc_one: "rpc-one",
    several_bindings: "several-bindings",
    shared_request_3: "shared-request-3",
    shared_response_3: "shared-response-3",
    simple_content: "simple-content",
    simple_content_enum: "simple-content-enum",
    simple_content_list: "simple-content-list",
    simple_types: "simple-types",
    soap12_only: "soap12-only",
    two_namespaces: "two-namespaces",
    two_request_ns: "two-request-ns",
    two_schemas_of_one_namespace: "two-schemas-of-one-namespace",
    twoporttypes: "twoporttypes",
    union_and_list: "union-and-list",
    unqualified: "unqualified",
    user: "user",
    wsdl_import: "wsdl-import",
}

/// The contract of an operation.
fn case_of(operation: &OperationInfo) -> &'static str {
    let has = |all: &[OperationInfo]| all.iter().any(|known| std::ptr::eq(known, operation));
    OPERATIONS.iter().find(|(_, all)| has(all)).unwrap().0
}

#[test]
fn every_contract_is_compiled() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/codegen");
    let mut cases: Vec<String> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|case| case.join("expected.rs").exists())
        .map(|case| case.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    assert_eq!(cases, COMPILED);
}
