//! The bindings for SOAP, and whether generated code supports them.

use std::collections::HashSet;

use super::document::Binding;
use super::{Contract, File};
use crate::error::{Error, Result};
use crate::model::Service;

/// A binding for SOAP.
pub(super) struct Soap<'a> {
    pub file: usize,
    pub binding: &'a Binding,
    pub version: u8,
}

impl<'a> Contract<'a> {
    /// All SOAP bindings in document style, checked; the others are noted. It is an error if there are only others.
    pub(super) fn soap_bindings(&self, service: &mut Service) -> Result<Vec<Soap<'a>>> {
        let mut soap = Vec::new();
        let mut unsupported = Vec::new();
        for (file, File { definitions, .. }) in self.files.iter().enumerate() {
            for binding in &definitions.bindings {
                let Some(style) = binding.soap11.as_ref().or(binding.soap12.as_ref()) else {
                    let how = match &binding.http {
                        Some(http) => format!("HTTP {}", http.verb),
                        None => "no SOAP".to_owned(),
                    };
                    service.notes.push(format!("binding `{}` ({how}) ignored", binding.name));
                    continue;
                };
                match self.unsupported_style(file, binding, &style.style) {
                    Some(error) => unsupported.push((binding, error)),
                    None => {
                        self.check_bound(file, binding)?;
                        let version = if binding.soap11.is_some() { 11 } else { 12 };
                        soap.push(Soap { file, binding, version });
                    }
                }
            }
        }
        if soap.is_empty() && !unsupported.is_empty() {
            return Err(unsupported.remove(0).1);
        }
        for (binding, error) in unsupported {
            service.warn(format!("binding `{}` ignored: {}", binding.name, error.what));
        }
        Ok(soap)
    }

    /// What is not document/literal in a binding.
    fn unsupported_style(&self, file: usize, binding: &Binding, style: &str) -> Option<Error> {
        for operation in &binding.operations {
            if operation.style().unwrap_or(style) == "rpc" {
                let what = format!("`{}` is bound in rpc style", operation.name);
                return Some(
                    self.error(file, operation.line, what)
                        .hint("only document/literal is supported: ask for a document style endpoint"),
                );
            }
            for direction in [&operation.input, &operation.output].into_iter().flatten() {
                let mut bodies = direction.soap11.iter().chain(&direction.soap12);
                if let Some(body) = bodies.find(|body| body.encoding == "encoded") {
                    return Some(
                        self.error(file, body.line, "the body is bound with use=\"encoded\"")
                            .hint("only document/literal is supported: ask for a literal endpoint"),
                    );
                }
            }
        }
        None
    }

    /// The names that a binding refers to.
    fn check_bound(&self, file: usize, binding: &Binding) -> Result<()> {
        let mut port_types = self.port_types();
        let port_type = port_types
            .find(|(other, found)| self.named(*other, &found.name) == binding.ty)
            .map(|(_, found)| found)
            .ok_or_else(|| {
                self.error(file, binding.line, format!("the port type `{}` is not declared", binding.ty))
                    .hint("check the binding's `type` and its prefix")
            })?;
        let known: HashSet<&str> =
            port_type.operations.iter().map(|operation| operation.name.as_str()).collect();
        match binding.operations.iter().find(|operation| !known.contains(operation.name.as_str())) {
            None => Ok(()),
            Some(operation) => {
                let what =
                    format!("the port type `{}` has no operation `{}`", port_type.name, operation.name);
                Err(self.error(file, operation.line, what).hint("check the spelling; letter case counts"))
            }
        }
    }
}
